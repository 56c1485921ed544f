"""Raw rows that arrive in several loads, as the loader would have brought them."""

from pathlib import Path

import duckdb
from refreshing.warehouse_file import literal

EVENT_LOGS = ("subscription_events", "revenue_events", "activity_events")
FILE_FORMAT: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.4.0"
}


def arrive(source: Path, warehouse: Path, load_id: str) -> None:
    """Add one load's rows to a warehouse.

    Args:
        source: DuckDB file with the raw rows of all loads.
        warehouse: Where they arrive; made at the first load.
        load_id: Which load; loads arrive in the order of their ids.

    """
    with duckdb.connect(str(warehouse), config=FILE_FORMAT) as connection:
        connection.execute(f"attach {literal(source)} as source (read_only)")
        connection.execute("create schema if not exists raw")
        for table in raw_tables(connection):
            connection.execute(
                f"create table if not exists raw.{table} as "
                f"from source.raw.{table} limit 0"
            )
            if table != "corrected_ids" and "load_id" in columns(connection, table):
                connection.execute(
                    f"insert into raw.{table} "
                    f"from source.raw.{table} where load_id = ?",
                    [load_id],
                )
        for log in EVENT_LOGS:
            connection.execute(
                "insert into raw.corrected_ids (load_id, table_name, event_id) "
                f"select ?, '{log}', event_id from raw.{log} "
                "where event_id is not null group by event_id "
                "having count(*) > 1 and max(load_id) = ?",
                [load_id, load_id],
            )


def copy_raw(origin: Path, warehouse: Path) -> None:
    """Put the raw rows of one warehouse into another, which is new."""
    with duckdb.connect(str(warehouse), config=FILE_FORMAT) as connection:
        connection.execute(f"attach {literal(origin)} as source (read_only)")
        connection.execute("create schema raw")
        for table in raw_tables(connection):
            connection.execute(f"create table raw.{table} as from source.raw.{table}")


def raw_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the raw tables of the attached source."""
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = 'source' and schema_name = 'raw'"
    ).fetchall()
    return [name for (name,) in rows]


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Return the columns of a raw table of the attached source."""
    return [
        row[0] for row in connection.execute(f"describe source.raw.{table}").fetchall()
    ]
