"""Two warehouses, or two results of the same question, compared cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from refreshing.warehouse_file import literal

from benchmarking.errors import BenchmarkError

SHOWN = 5
SCHEMAS = ("intermediate", "marts")
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Comparison:
    """The cells that were compared, and of each table that differs some rows.

    The first value of such a row says which of the two has it.
    """

    cells: int
    differing: dict[str, Rows]


def compare_warehouses(
    one: Path, other: Path, schemas: Sequence[str] = SCHEMAS
) -> Comparison:
    """Compare every table of two warehouses.

    Raises:
        BenchmarkError: A table is in one of the two only.

    """
    cells = 0
    differing: dict[str, Rows] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(one)} as one (read_only)")
        connection.execute(f"attach {literal(other)} as other (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name, count(*) from duckdb_tables() "
            "where database_name in ('one', 'other') "
            "and schema_name in (select unnest(?)) group by all order by all",
            [list(schemas)],
        ).fetchall()
        for name, sides in tables:
            if sides != len(("one", "other")):
                raise BenchmarkError(f"{name} is in one of the two warehouses only")
            found = compare_relations(connection, f"one.{name}", f"other.{name}")
            cells += found.cells
            differing.update(found.differing)
    return Comparison(cells, differing)


def compare_relations(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> Comparison:
    """Compare the rows of two relations, in any order; names the first one.

    Sums of digests say whether rows differ; only then they are sorted to be found.
    """
    counts = [_digest(connection, relation) for relation in (one, other)]
    width = len(connection.execute(f"describe from {one}").fetchall())
    if counts[0] == counts[1]:
        return Comparison(counts[0][0] * width, {})
    rows = connection.execute(
        f"(select 'one', * from (from {one} except all from {other}) limit {SHOWN}) "
        "union all "
        f"(select 'other', * from (from {other} except all from {one}) limit {SHOWN})"
    ).fetchall()
    name = one.partition(".")[2] or one
    return Comparison(counts[0][0] * width, {name: rows} if rows else {})


def _digest(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> tuple[int, int | None]:
    row = connection.execute(
        f"select count(*), sum(hash(rows)) from {relation} as rows"
    ).fetchone()
    return row or (0, None)
