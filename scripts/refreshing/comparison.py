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
        return [
            fall
            for schema in TOLERATED_FALL
            for fall in falls_of(
                schema,
                _row_counts(connection, "live", schema),
                _row_counts(connection, "warehouse", schema),
            )
        ]
    finally:
        connection.execute("detach live")


def falls_of(schema: str, before: dict[str, int], after: dict[str, int]) -> list[Fall]:
    """Return the tables of a schema that lost rows, or are gone.

    Args:
        schema: `raw` or `marts`; the one may lose a few rows, the other none.
        before: Rows of each table of the live version.
        after: Rows of each table of the candidate.

    """
    kept = 1 - TOLERATED_FALL[schema]
    return [
        Fall(f"{schema}.{name}", rows, after.get(name, 0))
        for name, rows in before.items()
        if name not in MAY_FALL and after.get(name, 0) < rows * kept
    ]


def _row_counts(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str
) -> dict[str, int]:
    counts = {}
    for name in base_tables(connection, schema, database):
        query = f"select count(*) from {database}.{schema}.{name}"
        ((rows,),) = connection.execute(query).fetchall()
        counts[name] = int(rows)
    return counts
