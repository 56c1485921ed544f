"""One trial: a copy of the project with one fault, built and tested."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from faults.catalogue import Fault

COPIED = ("models", "macros", "seeds", "tests", "dbt_project.yml", "profiles.yml")
BAD_STATUSES = ("fail", "error")


class TrialError(Exception):
    """A trial could not be made; the message says why in one sentence."""


def prepare_raw(python: str, root: Path, work: Path, customers: int) -> Path:
    """Generate and load a sample that every trial starts from.

    Args:
        python: Interpreter of the project's environment.
        root: Root of the project.
        work: Empty folder of its own.
        customers: How many customers the sample has.

    Returns:
        The DuckDB file with the raw rows.

    Raises:
        TrialError: The sample could not be made or loaded.

    """
    database = work / "raw.duckdb"
    sample = work / "sample"
    for command in (
        [
            "scripts/generate_sample.py",
            str(sample),
            "--customers",
            str(customers),
            "--months",
            "18",
        ],
        ["scripts/load_raw.py", str(sample)],
    ):
        done = subprocess.run(
            [python, *command],
            cwd=root,
            env={**os.environ, "DBT_DUCKDB_PATH": str(database)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise TrialError(f"{command[0]} failed: {done.stderr.strip()}")
    return database


def copy_project(root: Path, copy: Path, fault: Fault | None) -> None:
    """Copy what dbt reads, and put the fault in.

    Raises:
        TrialError: The text that the fault replaces is not there exactly once.

    """
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(
                source, copy / name, ignore=shutil.ignore_patterns("python")
            )
        else:
            shutil.copy2(source, copy / name)
    if fault is None:
        return
    path = copy / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise TrialError(f"{fault.file}: the text of '{fault.name}' is not there once")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")


def failed_nodes(copy: Path) -> list[str]:
    """Return the names of the models and tests that failed in the last build."""
    path = copy / "target" / "run_results.json"
    if not path.exists():
        return ["dbt itself"]
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    bad = [row for row in results if row["status"] in BAD_STATUSES]
    return [".".join(row["unique_id"].split(".")[2:]) for row in bad]


def notice(root: Path, copy: Path, raw: Path) -> list[str]:
    """Build the copy with every test, then ask the second opinion.

    Args:
        root: Root of the project, for the second opinion.
        copy: The copied project.
        raw: DuckDB file with raw rows; it is copied, not changed.

    Returns:
        Who noticed something wrong; empty if nobody did.

    """
    database = copy / "warehouse.duckdb"
    shutil.copy2(raw, database)
    environment = {
        **os.environ,
        "DBT_DUCKDB_PATH": str(database),
        "DBT_PROFILES_DIR": str(copy),
    }
    dbt = Path(sys.executable).with_name("dbt")
    built = subprocess.run(
        [str(dbt), "--quiet", "build", "--target-path", str(copy / "target")],
        cwd=copy,
        env={**environment, "DBT_LOG_PATH": str(copy / "logs")},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        return failed_nodes(copy)
    asked = subprocess.run(
        [sys.executable, "scripts/validate_marts.py"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ["second opinion"] if asked.returncode else []
