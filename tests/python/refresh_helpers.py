"""A small real project with its own refresh.py, and a publish folder to try it on."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from project_build import PROJECT
from refreshing.folder import FILE_OF_LINK, MARTS, WAREHOUSE, PublishFolder

COPIED_FILES = ("dbt_project.yml", "profiles.yml")
COPIED_FOLDERS = ("macros", "scripts", "seeds", "tests/generic")
# A few models, so that a refresh takes seconds: rows, attributes, a mart by period, and
# what a build that continues another one needs.
SMALL_MODELS = (
    "dim_customer_attributes",
    "fct_orders",
    "fct_restatements",
    "int_changed_customers",
    "metrics_revenue_concentration_by_period",
)
REF = re.compile(r"ref\('(\w+)'\)")
PAYMENTS = """event_id,customer_id,event_type,occurred_at,amount
e1,anna,payment,2024-01-10,10
e2,bob,payment,2024-01-20,20
e3,anna,payment,2024-02-10,30
"""
LATER = "e4,cleo,payment,2024-02-20,40\ne5,anna,refund,2024-02-21,5\n"
ATTRIBUTES = "customer_id,attribute_name,attribute_value\nanna,industry,toys\n"

Limits = Callable[[], None]


def small_project(folder: Path, models: Sequence[str] = SMALL_MODELS) -> Path:
    """Copy the project into `folder`, with a few models and what they read."""
    for name in COPIED_FILES:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, folder / name)
    for name in COPIED_FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    shutil.copytree(PROJECT / "models" / "docs", folder / "models" / "docs")
    found = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}
    for name in sorted(_with_parents(found, list(models))):
        source = found[name]
        target = folder / source.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        shutil.copy2(source.with_suffix(".yml"), target.with_suffix(".yml"))
    for path in (PROJECT / "models").rglob("_*.yml"):
        target = folder / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder


def _with_parents(models: dict[str, Path], names: list[str]) -> set[str]:
    found: set[str] = set()
    while names:
        name = names.pop()
        if name in models and name not in found:
            found.add(name)
            names += REF.findall(models[name].read_text(encoding="utf-8"))
    return found


def write_source(folder: Path, *, later: bool = False) -> Path:
    """Write a source folder, whole or with the rows of a later day too."""
    folder.mkdir(parents=True, exist_ok=True)
    events = PAYMENTS + (LATER if later else "")
    (folder / "revenue_events.csv").write_text(events, encoding="utf-8")
    (folder / "customer_attributes.csv").write_text(ATTRIBUTES, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ending:
    """How a command ended."""

    status: int
    printed: str
    error: str

    @property
    def summary(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What `--json` printed."""
        return json.loads(self.printed)


class Refresher:
    """Runs the refresh of a project on one publish folder."""

    def __init__(self, project: Path, published: Path) -> None:
        """Name the folders."""
        self.project = project
        self.folder = PublishFolder(published)
        # What the command finds in its environment beside what is there.
        self.environment: dict[str, str] = {}

    def restore(self) -> None:
        """Put the publish folder back to the copy that lies beside it."""
        published = self.folder.path
        shutil.rmtree(published)
        shutil.copytree(published.with_name("copy"), published, symlinks=True)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the refresh."""
        script = self.project / "scripts" / "refresh.py"
        published = str(self.folder.path)
        return [sys.executable, str(script), *arguments, "--publish-to", published]

    def run(self, *arguments: str, limits: Limits | None = None) -> Ending:
        """Run the refresh; `limits` is called in the new process before it starts."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.project,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limits,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ending(done.returncode, done.stdout, done.stderr)

    def refresh(self, source: Path, *arguments: str) -> dict[str, Any]:
        """Refresh, which must succeed; return what `--json` printed."""
        ending = self.run(str(source), "--json", *arguments)
        assert ending.status == 0, ending.error
        summary: dict[str, Any] = ending.summary
        return summary

    def refused(self, *arguments: str, status: int = 1) -> str:
        """Run what must be refused; return the one sentence on stderr."""
        ending = self.run(*arguments)
        assert ending.status == status, (ending.printed, ending.error)
        assert ending.error.startswith("refresh.py: ")
        assert ending.error.count("\n") == 1
        assert not self.folder.candidate.exists()
        return ending.error

    @contextmanager
    def live(self, name: str = WAREHOUSE) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a published file through its link."""
        path = str(self.folder.path / name)
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection

    def rows(self, sql: str, name: str = WAREHOUSE) -> list[tuple[Any, ...]]:
        """Return the rows of a query on a published file."""
        with self.live(name) as connection:
            return connection.execute(sql).fetchall()

    def state(self) -> tuple[object, ...]:
        """Return what readers see: where the links point, and every row."""
        links = [(self.folder.path / name).readlink() for name in FILE_OF_LINK]
        with self.live() as warehouse, self.live(MARTS) as marts:
            return (*links, content(warehouse, "raw"), content(marts, "marts"))

    @contextmanager
    def tampered(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the live version for writing, as nobody should."""
        version = self.folder.live_version()
        assert version is not None
        path = self.folder.version(version) / WAREHOUSE
        path.chmod(0o640)
        with duckdb.connect(str(path)) as connection:
            yield connection


def content(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    """Return a hash of the rows of every relation of a schema, whatever their order.

    The table that says which version it is differs by its nature and is left out.
    """
    names = connection.execute(
        "select table_name from information_schema.tables "
        "where table_schema = ? and table_name <> 'publication' order by all",
        [schema],
    ).fetchall()
    return {
        name: connection.execute(
            f"select coalesce(sum(hash(row_of)::hugeint), 0)::varchar || count(*) "
            f"from {schema}.{name} as row_of"
        ).fetchall()[0][0]
        for (name,) in names
    }
