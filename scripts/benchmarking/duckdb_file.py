"""Opening DuckDB files as the project's profile does, beside a built warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from refreshing.warehouse_file import literal

# The project's own settings, in profiles.yml.
SETTINGS = ("TimeZone = 'UTC'", "preserve_insertion_order = false")
MEMORY_LIMIT = "1500MB"
# The oldest format that dbt may write into, as in profiles.yml.
STORAGE = "storage_version 'v1.4.0'"


@contextmanager
def new_file(
    path: str, *, warehouse: str | None = None, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Make a file, attached as `made`; names without a database mean the warehouse.

    Args:
        path: Replaced if it is there.
        warehouse: A file to read, attached as `warehouse`.
        memory_limit: What DuckDB may use before it spills beside the file.

    """
    Path(path).unlink(missing_ok=True)
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        connection.execute(f"set temp_directory = {literal(f'{path}.tmp')}")
        for setting in SETTINGS:
            connection.execute(f"set {setting}")
        connection.execute(f"attach {literal(path)} as made ({STORAGE})")
        if warehouse is not None:
            connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
            connection.execute("use warehouse")
        yield connection


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """Return the first row of a query that has one."""
    return connection.execute(query).fetchone() or ()
