"""Opening DuckDB files of a refresh, and the sentence when one cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


def literal(value: object) -> str:
    """Return a text as an SQL string; ATTACH takes no bound value."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def opened(
    path: Path, memory_limit: str, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file under the alias `warehouse`, spilling beside it."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {literal(f'{path}.tmp')}")
        options = " (read_only)" if read_only else ""
        connection.execute(f"attach {literal(path)} as warehouse{options}")
        connection.execute("use warehouse")
        yield connection


def base_tables(
    connection: duckdb.DuckDBPyConnection, schema: str, database: str = "warehouse"
) -> list[str]:
    """Return the names of the tables of a schema, in order."""
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = ? and schema_name = ? and not temporary order by all",
        [database, schema],
    ).fetchall()
    return [name for (name,) in rows]
