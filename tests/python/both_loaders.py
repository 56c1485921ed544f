"""The same folder loaded into DuckDB and into another engine, whose rows must agree."""

import random
from pathlib import Path

import duckdb
from engines.comparison import comparable
from engines.duckdb_engine import DuckDbEngine
from engines.engine import Engine
from loading.contract import TABLES
from loading.raw_schema import BOOKKEEPING
from loading_helpers import Loader, Outcome, revenue
from project_build import environment
from test_loading_random_versions import LOADS, cells, random_load


class BothLoaders:
    """Loads every folder into DuckDB and into an engine with an empty warehouse."""

    def __init__(self, loader: Loader, engine: Engine) -> None:
        """Load by `loader` into both."""
        self.loader = loader
        self.engine = engine
        self.file = DuckDbEngine(loader.folder)

    def run(self, source: Path, *options: str) -> Outcome:
        """Load into the engine alone."""
        with environment(**self.engine.environment):
            return self.loader.run(source, "--target", self.engine.target, *options)

    def load(self, files: dict[str, str | bytes]) -> Outcome:
        """Load into both; outcome and raw rows must be the same."""
        source = self.loader.source(files)
        return self.load_folder(source)

    def load_folder(self, source: Path) -> Outcome:
        """Load a folder into both; outcome and raw rows must be the same."""
        expected, found = self.loader.run(source), self.run(source)
        assert (found.status, found.error) == (expected.status, expected.error)
        assert found.summary.get("tables") == expected.summary.get("tables")
        self.assert_same_rows()
        return found

    def assert_same_rows(self) -> None:
        """Compare all raw tables, bookkeeping included."""
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            for table in [table.name for table in TABLES] + list(BOOKKEEPING):
                sides = [
                    connection.execute(
                        f"from {comparable(connection, relation)} order by all"
                    ).fetchall()
                    for relation in (
                        engine.fetch_table(connection, "raw", table)
                        for engine in (self.file, self.engine)
                    )
                ]
                assert sides[0] == sides[1], table

    def load_random_versions(self) -> None:
        """Load duplicates, corrections and conflicts, load after load."""
        rng = random.Random(1)  # noqa: S311
        for load in range(LOADS):
            events = ["event_id,amount,recorded_at,event_type,occurred_at"]
            people = ["customer_id,country,recorded_at"]
            used = ["event_id,customer_id,event_name,occurred_at,recorded_at"]
            for key, version in random_load(rng, load):
                name, content, day = cells(key, version)
                events.append(f"{name},{content},{day},payment,2024-01-01")
                people.append(f"{name},{content},{day}")
                an_id = name if key % 2 else ""
                used.append(f"{an_id},{name},open {content},2024-01-01,{day}")
            counts = self.load(
                {
                    "revenue_events.csv": "\n".join(events),
                    "customers.csv": "\n".join(people),
                    "activity_events.csv": "\n".join(used),
                }
            ).summary["tables"]
            assert counts["customers"]["duplicates"] > 0
        self.load(revenue("k1,c,payment,2024-01-01,9"))
