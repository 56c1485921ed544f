"""Copies finished tables into a new file: the limit of writing them."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from benchmarking.duckdb_file import new_file, one_row
from benchmarking.errors import BenchmarkError


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Copy tables.

    Args:
        request: `warehouse`, only read; `tables` with their schemas, where `marts.*`
            stands for all tables of `marts`; `into`, the file.

    """
    rows = 0
    with new_file(request["into"], warehouse=request["warehouse"]) as connection:
        every = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'warehouse' order by all"
        ).fetchall()
        wanted = []
        for pattern in request["tables"]:
            found = [table for (table,) in every if fnmatchcase(table, pattern)]
            if not found:
                raise BenchmarkError(f"{request['warehouse']} has no table {pattern}")
            wanted += found
        for number, table in enumerate(wanted):
            connection.execute(f"create table made.copy_{number} as from {table}")
            rows += one_row(connection, f"select count(*) from made.copy_{number}")[0]
    return {"rows": rows}
