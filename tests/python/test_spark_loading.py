"""Loading for Spark: Parquet files with the rows, counts and promises of DuckDB."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from both_loaders import BothLoaders
from engines.spark_engine import SparkEngine
from loading_helpers import (
    Loader,
    make_loader,  # noqa: F401
    revenue,
    with_event,
)
from project_build import PROJECT

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"


class SparkLoaders(BothLoaders):
    """Loads every folder into DuckDB and into a warehouse folder of Spark."""

    def __init__(self, loader: Loader) -> None:
        """Load below the loader's folder."""
        engine = SparkEngine(loader.folder / "spark")
        super().__init__(loader, engine)
        self.warehouse = engine.warehouse

    def visible(self, schema: str = "raw") -> int:
        """Return the payments and refunds whose load is finished, as staging does."""
        root = self.warehouse / f"{schema}.db"
        with duckdb.connect() as connection:
            counted = connection.execute(
                f"select count(*) from '{root}/revenue_events/*.parquet' "
                f"where load_id in (select load_id from '{root}/loads/*.parquet' "
                "where status = 'loaded')"
            ).fetchone()
        assert counted is not None
        found: int = counted[0]
        return found


@pytest.fixture
def both(loader: Loader) -> Iterator[SparkLoaders]:
    """Return loaders into an empty file and an empty folder."""
    loaders = SparkLoaders(loader)
    yield loaders
    assert not list(loaders.warehouse.glob("*.loading")), "a work folder was left"


def test_versions_are_decided_as_on_duckdb(both: SparkLoaders) -> None:
    """Duplicates, corrections and conflicts of random versions, load after load."""
    both.load_random_versions()


def test_the_same_folder_twice_changes_nothing(both: SparkLoaders) -> None:
    """Known bytes are not read again: the second load adds no event."""
    both.load_folder(HARD_CASES)
    rows = both.visible()
    again = both.load_folder(HARD_CASES).summary["tables"]["revenue_events"]
    assert again["duplicates"] == again["read"] > 0
    assert both.visible() == rows > 0


def test_an_instant_keeps_its_zone(both: SparkLoaders) -> None:
    """For every client a time is the same instant, to the microsecond."""
    both.load(revenue("e1,c,payment,2024-04-26T00:30:00.000001+03:00,9"))
    files = both.warehouse / "raw.db" / "revenue_events" / "*.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Africa/Cairo'")
        found = connection.execute(
            "select typeof(occurred_at), epoch_us(occurred_at), "
            f"cast(occurred_at as varchar) from '{files}'"
        ).fetchall()
    # That midnight was skipped in Cairo: the clocks went from 0:00 to 1:00.
    assert found == [
        ("TIMESTAMP WITH TIME ZONE", 1714080600000001, "2024-04-25 23:30:00.000001+02")
    ]


def test_a_schema_prefix(both: SparkLoaders) -> None:
    """Two people share a warehouse; the loads of one are unknown to the other."""
    source = both.loader.source(revenue("e1,c,payment,2024-01-01,5"))
    for prefix in ("anna_", "", "anna_"):
        assert both.run(source, "--vars", f"{{schema_prefix: '{prefix}'}}").status == 0
    assert (both.visible(), both.visible("anna_raw")) == (1, 1)


def test_a_held_lock_is_one_sentence(both: SparkLoaders) -> None:
    """Exit status 3 while another load runs into the same folder, and no longer."""
    source = both.loader.source(with_event({}))
    assert both.run(source).status == 0
    with (both.warehouse / "raw.db" / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = both.run(source)
        assert both.run(source, "--vars", "{schema_prefix: x_}").status == 0
    assert outcome.status == 3
    assert outcome.error.endswith(": another load is running\n")
    assert both.run(source).status == 0


def test_a_killed_load_leaves_nothing_to_see(
    both: SparkLoaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any file is moved into place: all of the load or nothing."""
    both.load(revenue("e1,c,payment,2024-01-01,5"))
    source = both.loader.source(revenue("e2,c,payment,2024-01-01,5", "bad"))
    move = Path.rename
    moved = 0
    while both.visible() == 1:
        left = iter(range(moved))

        def rename_or_die(path: Path, target: Path, left: Iterator[int] = left) -> Path:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return move(path, target)

        with monkeypatch.context() as context:
            context.setattr(Path, "rename", rename_or_die)
            outcome = both.run(source, "--max-quarantined-share", "1")
        assert both.visible() == (1 if outcome.status else 2)
        moved += 1
    # One file each: the event, the bad row, the file that was read, the load.
    assert moved == 5
    both.loader.run(source, "--max-quarantined-share", "1")
    both.assert_same_rows()


def test_a_folder_that_cannot_be_written(both: SparkLoaders) -> None:
    """Exit status 1 and one sentence."""
    both.warehouse.write_text("a file where the folder would be", encoding="utf-8")
    outcome = both.run(both.loader.source(with_event({})))
    both.warehouse.unlink()
    assert outcome.status == 1
    assert outcome.error.count("\n") == 1
    assert "cannot be written" in outcome.error
