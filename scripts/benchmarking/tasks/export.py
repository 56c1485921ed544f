"""Writes the result of a query as Parquet, as the input of a peer."""

from collections.abc import Mapping
from typing import Any

from refreshing.warehouse_file import literal

from benchmarking.duckdb_file import new_file, one_row


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Export a query and tell what the warehouse knows of its calendar.

    Args:
        request: `warehouse`, only read; `query`; `into`, the new file.

    """
    scratch = f"{request['into']}.duckdb"
    with new_file(scratch, warehouse=request["warehouse"]) as connection:
        connection.execute(
            f"copy ({request['query']}) to {literal(request['into'])} "
            "(format parquet, compression zstd)"
        )
        (as_of_date,) = one_row(
            connection, "select as_of_date from intermediate.int_as_of_date"
        )
    return {"as_of_date": as_of_date.isoformat()}
