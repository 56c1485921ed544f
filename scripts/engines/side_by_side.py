"""One source folder on several engines: load, build, compare every cell."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engines.comparison import MartComparison, compare_mart, mart_keys
from engines.engine import Engine, Variables


@dataclass(frozen=True)
class EngineReport:
    """What one engine took, and how its marts differ from those of the first."""

    target: str
    load_seconds: float
    build_seconds: float
    marts: tuple[MartComparison, ...]

    @property
    def cells(self) -> int:
        """Cells that were compared."""
        return sum(mart.cells for mart in self.marts)

    @property
    def differing(self) -> int:
        """Cells that differ."""
        return sum(mart.differing for mart in self.marts)


def build_all(
    engines: Sequence[Engine], source: Path, variables: Variables, *options: str
) -> list[EngineReport]:
    """Load and build a folder on every engine, then compare.

    Args:
        engines: The first is the one that the others are compared with.
        source: The folder.
        variables: Vars of loading and building.
        options: Further options of `dbt build`.

    Returns:
        One report per engine; the first engine has nothing to be compared with.

    Raises:
        EngineError: A load, a model or a test failed.

    """
    times = []
    for engine in engines:
        began = time.monotonic()
        engine.load(source, variables)
        loaded = time.monotonic()
        engine.build(variables, *options)
        times.append((loaded - began, time.monotonic() - loaded))
    first = engines[0]
    return [
        EngineReport(
            engine.target,
            *took,
            tuple(compare_marts(first, engine, variables))
            if engine is not first
            else (),
        )
        for engine, took in zip(engines, times, strict=True)
    ]


def compare_marts(
    first: Engine, other: Engine, variables: Variables
) -> list[MartComparison]:
    """Compare every mart of two engines that have built the same rows."""
    schema = f"{variables.get('schema_prefix', '')}marts"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return [
            compare_mart(
                connection,
                key,
                first.fetch_table(connection, schema, key.mart),
                other.fetch_table(connection, schema, key.mart),
            )
            for key in mart_keys()
        ]
