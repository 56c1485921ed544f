"""Loads source folders and builds the project in this process, after one parse.

A dbt process spends most of its time on starting and parsing. Here the project is
parsed once per session; each build renders the SQL anew, with its own vars and file.
"""

import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import load_raw
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from loading.raw_schema import BOOKKEEPING
from second_opinion.raw_rows import RawData
from second_opinion.writing import write_raw

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
# The parsed project holds the database name, which DuckDB takes from the file's name.
FILE_NAME = "warehouse.duckdb"
FILE_FORMAT: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.4.0"
}
MODELS_ONLY = ("--exclude", "resource_type:test", "resource_type:unit_test")
WITHOUT_UNIT_TESTS = ("--exclude", "resource_type:unit_test")

Variables = Mapping[str, object]


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class Outcome:
    """How a dbt command ended: its error in words, and the nodes that failed.

    Nodes that were skipped because another one failed are not among the failures.
    """

    success: bool
    error: str
    failures: tuple[str, ...]
    nodes: int


def outcome_of(result: dbtRunnerResult) -> Outcome:
    """Return the ending of a dbt command."""
    nodes = getattr(result.result, "results", ())
    failures = tuple(
        f"{node.node.name}: {node.status}: {node.message}"
        for node in nodes
        if node.status in ("error", "fail", "runtime error")
    )
    error = str(getattr(result.exception, "msg", result.exception or ""))
    return Outcome(result.success, error, failures, len(nodes))


class Project:
    """The parsed project."""

    def __init__(self, folder: Path) -> None:
        """Keep everything that dbt writes below `folder`."""
        self.folder = folder

    @cached_property
    def manifest(self) -> Manifest:
        """The project, parsed once."""
        result = self._invoke(None, self.folder / FILE_NAME, ["parse"])
        assert isinstance(result.result, Manifest), result.exception
        return result.result

    def model_names(self) -> set[str]:
        """Return the names of all models."""
        nodes = self.manifest.nodes
        return {nodes[name].name for name in nodes if name.startswith("model.")}

    def invoke(
        self, database: Path, command: Sequence[str], variables: Variables
    ) -> Outcome:
        """Run a dbt command on a database.

        Args:
            database: A file called FILE_NAME.
            command: Such as `["build", "--select", "fct_churns"]`.
            variables: Vars that differ from their defaults.

        """
        arguments = [
            *command,
            "--vars",
            json.dumps(dict(variables), ensure_ascii=False),
        ]
        return outcome_of(self._invoke(self.manifest, database, arguments))

    def _invoke(
        self, manifest: Manifest | None, database: Path, arguments: list[str]
    ) -> dbtRunnerResult:
        assert database.name == FILE_NAME
        options = [
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.folder / "target")),
            *("--log-path", str(self.folder / "logs")),
            *("--quiet", "--no-use-colors", "--log-level", "none"),
        ]
        with environment(DBT_DUCKDB_PATH=str(database), DO_NOT_TRACK="1"):
            try:
                return dbtRunner(manifest=manifest).invoke([*arguments, *options])
            finally:
                # dbt keeps its connection open, and so the file locked.
                DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
                reset_adapters()  # type: ignore[no-untyped-call]


class Warehouse:
    """One DuckDB file, filled and built by the project."""

    def __init__(self, project: Project, folder: Path) -> None:
        """Work on a file in `folder`, which may not exist yet."""
        folder.mkdir(parents=True, exist_ok=True)
        self.project = project
        self.folder = folder
        self.path = folder / FILE_NAME

    def load(self, source: Path, *options: str) -> dict[str, Any]:
        """Load a source folder, which must succeed; return what the loader counts."""
        printed, complaints = io.StringIO(), io.StringIO()
        arguments = [str(source), "--json", *options]
        with (
            environment(DBT_DUCKDB_PATH=str(self.path)),
            redirect_stdout(printed),
            redirect_stderr(complaints),
        ):
            status = load_raw.main(arguments)
        assert status == 0, complaints.getvalue()
        summary: dict[str, Any] = json.loads(printed.getvalue())
        return summary

    def load_files(self, files: Mapping[str, str], *options: str) -> dict[str, Any]:
        """Write a source folder (file name to content) and load it."""
        source = self.folder / "source"
        source.mkdir(exist_ok=True)
        for name, content in files.items():
            (source / name).write_text(content, encoding="utf-8")
        return self.load(source, *options)

    def try_build(
        self, variables: Variables | None = None, *options: str, tests: bool = False
    ) -> Outcome:
        """Build, and say how it ended.

        Args:
            variables: Vars that differ from their defaults.
            options: Further options of `dbt build`, such as `--select`.
            tests: Run the data tests too; unit tests never are.

        """
        excluded = WITHOUT_UNIT_TESTS if tests else MODELS_ONLY
        command = ["build", *excluded, *options]
        return self.project.invoke(self.path, command, variables or {})

    def build(
        self, variables: Variables | None = None, *options: str, tests: bool = False
    ) -> Outcome:
        """Build, which must succeed in every node."""
        outcome = self.try_build(variables, *options, tests=tests)
        assert outcome.success, (outcome.error, *outcome.failures)
        assert outcome.nodes > 0
        return outcome

    def write(self, data: RawData) -> None:
        """Write raw rows without the loader, which would refuse some of them."""
        with duckdb.connect(str(self.path), config=FILE_FORMAT) as connection:
            connection.execute("create schema raw")
            for table, columns in BOOKKEEPING.items():
                connection.execute(f"create table raw.{table} ({columns})")
            write_raw(connection, data)

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file, read-only."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.connect() as connection:
            return connection.execute(sql, values or None).fetchall()

    def row(self, sql: str, *values: object) -> dict[str, Any]:
        """Return the only row of a query, by column name."""
        with self.connect() as connection:
            result = connection.execute(sql, values or None)
            names = [column[0] for column in result.description or ()]
            (row,) = result.fetchall()
        return dict(zip(names, row, strict=True))

    def marts(self, schema: str = "marts") -> dict[str, int]:
        """Return the number of rows of every mart that was built."""
        names = self.query(
            "select table_name from information_schema.tables "
            "where table_schema = ? order by table_name",
            schema,
        )
        return {
            name: self.query(f"select count(*) from {schema}.{name}")[0][0]
            for (name,) in names
        }
