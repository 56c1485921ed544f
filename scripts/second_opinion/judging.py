"""Compares recomputed marts with those that dbt built."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from second_opinion.comparison import (
    OPTIONAL_COLUMNS,
    Comparison,
    Row,
    compare,
)
from second_opinion.mart_columns import MART_COLUMNS
from second_opinion.mart_keys import KEYS
from second_opinion.reading import columns_of, select_rows


def judge(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    mart: str,
    expected: Sequence[Row],
    *,
    customers: set[str] | None = None,
) -> Comparison:
    """Compare one mart, all columns of the interface.

    Args:
        connection: Open connection to the database with the marts.
        schema: Schema of the marts.
        mart: A name of KEYS.
        expected: Recomputed rows.
        customers: Compare the rows of these customers only.

    Returns:
        The comparison; a mart that is not built differs in every cell.

    """
    stored = columns_of(connection, schema, mart)
    if not stored:
        result = Comparison(mart, rows=len(expected), note="not built")
        result.cells = len(expected) * len(MART_COLUMNS[mart])
        result.differing = max(result.cells, 1)
        return result
    wanted = list(MART_COLUMNS[mart])
    columns = [name for name in wanted if name in stored]
    absent = [
        name for name in wanted if name not in stored and name not in OPTIONAL_COLUMNS
    ]
    missing_keys = [name for name in KEYS[mart] if name not in stored]
    if missing_keys:
        cells = max(len(expected) * len(wanted), 1)
        note = "not built: key " + ", ".join(missing_keys)
        return Comparison(mart, len(expected), cells, cells, note)
    picked = {name: stored[name] for name in (*KEYS[mart], *columns)}
    found: list[Row] = list(select_rows(connection, schema, mart, picked))
    if "customer_id" in KEYS[mart]:
        # Guests, if a mart has rows for them, are nobody's second opinion.
        found = [row for row in found if row["customer_id"] is not None]
    if customers is not None:
        found = [row for row in found if row["customer_id"] in customers]
    return compare(mart, expected, found, columns, absent=absent)
