"""What became less in the candidate, beside the live version."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from refreshing.publish import PUBLICATION
from refreshing.warehouse_file import base_tables, literal

# Late rows may merge customers or close a gap, so a mart may shrink a little.
TOLERATED_FALL = {"raw": 0.0, "marts": 0.01}
# Fewer issues of the data are good news.
MAY_FALL = {PUBLICATION, "fct_data_quality_issues", "metrics_data_quality_by_table"}


@dataclass(frozen=True)
class Fall:
    """A table that has fewer rows than in the live version."""

    table: str
    before: int
    after: int

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.table} fell from {self.before} to {self.after} rows"


def fallen_tables(connection: duckdb.DuckDBPyConnection, live: Path) -> list[Fall]:
    """Return the tables of raw and marts that lost rows, or are gone.

    Args:
        connection: The candidate is open under the alias `warehouse`.
        live: The live version's file.

    """
    connection.execute(f"attach {literal(live)} as live (read_only)")
    try:
        falls = []
        for schema, tolerated in TOLERATED_FALL.items():
            present = set(base_tables(connection, schema))
            for name in base_tables(connection, schema, "live"):
                if name in MAY_FALL:
                    continue
                before = _rows(connection, f"live.{schema}.{name}")
                after = (
                    _rows(connection, f"warehouse.{schema}.{name}")
                    if name in present
                    else 0
                )
                if after < before * (1 - tolerated):
                    falls.append(Fall(f"{schema}.{name}", before, after))
    finally:
        connection.execute("detach live")
    return falls


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    found = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(found[0]) if found else 0
