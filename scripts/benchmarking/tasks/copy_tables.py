"""Copies finished tables into a new file: the limit of writing them."""

from collections.abc import Mapping
from typing import Any

from benchmarking.duckdb_file import new_file, one_row


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Copy tables.

    Args:
        request: `warehouse`, only read; `tables` with their schemas; `into`, the file.

    """
    rows = 0
    with new_file(request["into"], warehouse=request["warehouse"]) as connection:
        for number, table in enumerate(request["tables"]):
            connection.execute(f"create table made.copy_{number} as from {table}")
            rows += one_row(connection, f"select count(*) from made.copy_{number}")[0]
    return {"rows": rows}
