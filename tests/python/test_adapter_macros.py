"""Macros of macros/adapters: the same on every engine, and why each exists."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from adapter_cases import CASES, PROVEN_ELSEWHERE, VARIABLES, Case, query
from engines.duckdb_engine import DuckDbEngine
from engines.engine import Engine
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.spark_engine import SparkEngine
from project_build import PROJECT

MACROS = PROJECT / "macros" / "adapters"
MakeEngine = Callable[[Path, pytest.FixtureRequest], Engine]


def _postgres(folder: Path, request: pytest.FixtureRequest) -> Engine:
    server = request.getfixturevalue("postgres_server")
    assert isinstance(server, PostgresServer)
    return PostgresEngine(folder, server, client_zone="Africa/Cairo")


# A further engine is a further line.
ENGINES: dict[str, MakeEngine] = {
    "duckdb": lambda folder, _: DuckDbEngine(folder),
    "postgres": _postgres,
    "spark": lambda folder, _: SparkEngine(folder, client_zone="Africa/Cairo"),
}


def wrong_cases(engine: Engine, cases: tuple[Case, ...]) -> list[Case]:
    """Return the cases in which an engine gives something else than expected."""
    command = [
        *(engine.dbt(), "show", "--inline", query(cases), "--limit", "-1"),
        *("--output", "json", "--target", engine.target, "--log-format", "json"),
        *("--vars", json.dumps(VARIABLES), "--quiet"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(engine.folder / "target")),
        *("--log-path", str(engine.folder / "logs")),
    ]
    ended = subprocess.run(
        command,
        cwd=engine.folder,
        env=os.environ | engine.environment | {"DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ended.returncode, (ended.stdout + ended.stderr)[-3000:]
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    (preview,) = [
        event["data"]["preview"] for event in events if "preview" in event["data"]
    ]
    right = {row["case_number"]: row["is_right"] for row in json.loads(preview)}
    assert sorted(right) == list(range(len(cases)))
    return [case for number, case in enumerate(cases) if not right[number]]


@pytest.mark.parametrize("name", ENGINES)
def test_macros_give_the_same(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """All cases are right; one that is wrong on purpose is noticed."""
    wrong = Case("add_days", CASES[0].call, "cast('2024-03-02' as date)")
    engine = ENGINES[name](tmp_path / "macros", request)
    assert wrong_cases(engine, (*CASES, wrong)) == [wrong]


def test_every_macro_is_tried() -> None:
    """By a case here, or by the file that is named."""
    tried = {case.macro for case in CASES}
    assert not tried & set(PROVEN_ELSEWHERE)
    assert {path.stem for path in MACROS.glob("*.sql")} == tried | set(PROVEN_ELSEWHERE)
    for name, file in PROVEN_ELSEWHERE.items():
        assert (PROJECT / "tests" / "python" / file).exists(), name


def test_every_macro_says_why_it_exists() -> None:
    """In a comment; `ref` and `source` only call another one."""
    wrong = [
        path.name
        for path in MACROS.glob("*.sql")
        if not re.search(r"\{#-?\s+\w+", path.read_text())
        and "without_database(" not in path.read_text()
    ]
    assert not wrong
