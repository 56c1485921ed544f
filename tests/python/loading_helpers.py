"""Small source folders, and a loader that is called in this process."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import load_raw
import pytest

REVENUE_HEADER = "event_id,customer_id,event_type,occurred_at,amount"
SUBSCRIPTION_HEADER = (
    "event_id,customer_id,subscription_id,event_type,occurred_at,billing_interval,"
    "unit_amount"
)


@dataclass
class Outcome:
    """How a load ended: exit status, the object it printed, the sentence on stderr."""

    status: int
    summary: dict[str, Any]
    error: str

    def counts(self, table: str) -> tuple[int, int, int, int]:
        """Return rows read, loaded, duplicate and quarantined of a table."""
        counts = self.summary["tables"][table]
        read, loaded = counts["read"], counts["loaded"]
        duplicates, quarantined = counts["duplicates"], counts["quarantined"]
        assert read == loaded + duplicates + quarantined
        return read, loaded, duplicates, quarantined

    def reasons(self, table: str) -> dict[str, int]:
        """Return rows quarantined by reason."""
        reasons: dict[str, int] = self.summary["tables"][table]["reasons"]
        return reasons


class Loader:
    """Writes source folders and loads them into one warehouse of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Work below `folder`."""
        self.folder = folder
        self.database = folder / "warehouse.duckdb"
        self._capsys = capsys
        self._sources = 0

    def source(self, files: dict[str, str | bytes]) -> Path:
        """Write a new source folder; keys are file names, values their content."""
        self._sources += 1
        folder = self.folder / f"source_{self._sources}"
        folder.mkdir()
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
        return folder

    def run(self, source: Path, *options: str, all_bad: bool = True) -> Outcome:
        """Load a folder; by default any share of bad rows is allowed."""
        share = ["--max-quarantined-share", "1"] if all_bad else []
        self._capsys.readouterr()
        status = load_raw.main([str(source), "--json", *share, *options])
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err
        return Outcome(
            status, json.loads(printed.out) if status == 0 else {}, printed.err
        )

    def expect(self, status: int, arguments: list[str], sentence: str) -> None:
        """Run the command as given; it must end so, with one sentence on stderr."""
        self._capsys.readouterr()
        assert load_raw.main(arguments) == status
        error = self._capsys.readouterr().err
        assert error.startswith("load_raw.py: ")
        assert sentence in error
        assert error.count("\n") == 1

    def load(self, files: dict[str, str | bytes], *options: str) -> Outcome:
        """Write a source folder and load it, which must succeed."""
        outcome = self.run(self.source(files), *options)
        assert outcome.status == 0, outcome.error
        return outcome

    def refused(self, files: dict[str, str | bytes], *options: str) -> str:
        """Write a folder whose load must be refused; return the sentence."""
        outcome = self.run(self.source(files), *options)
        assert outcome.status == 1
        assert outcome.error.startswith("load_raw.py: ")
        assert outcome.error.count("\n") == 1
        return outcome.error

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, values or None).fetchall()

    def column(self, sql: str) -> list[Any]:
        """Return the first column of a query."""
        return [row[0] for row in self.query(sql)]


def revenue(*rows: str, header: str = REVENUE_HEADER) -> dict[str, str | bytes]:
    """Return a source folder with revenue events as CSV."""
    return {"revenue_events.csv": "\n".join([header, *rows]) + "\n"}


def subscriptions(
    *rows: str, header: str = SUBSCRIPTION_HEADER
) -> dict[str, str | bytes]:
    """Return a source folder with subscription events as CSV."""
    return {"subscription_events.csv": "\n".join([header, *rows]) + "\n"}


def with_event(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """Add one event, because a folder must have an event table."""
    return {**revenue("e1,c1,payment,2024-01-01,5"), **files}


def parquet(folder: Path, name: str, query: str, values: Sequence[object] = ()) -> None:
    """Write the rows of a query as a Parquet file below `folder`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.sql(query, params=list(values)).write_parquet(str(path))


@pytest.fixture(name="loader")
def make_loader(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Loader:
    """Return a loader with an empty warehouse; each test module imports this."""
    loader = Loader(tmp_path, capsys)
    monkeypatch.setenv("DBT_DUCKDB_PATH", str(loader.database))
    return loader
