"""Raw rows that arrive in several loads, and what two warehouses have in common."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
from project_build import FILE_FORMAT, Warehouse
from second_opinion.raw_rows import FIRST_LOADED_AT, LoadedRow, RawData
from second_opinion.reading import RAW_TABLES

EVENT_LOGS = ("subscription_events", "revenue_events", "activity_events")


def spread(data: RawData, loads: int, seed: int) -> RawData:
    """Give every row one of so many loads, by chance: rows come late, and in any order.

    Args:
        data: Rows of any loads.
        loads: How many loads there are; they are called load_01 and so on.
        seed: The same seed spreads the same rows alike.

    """
    chance = random.Random(seed)  # noqa: S311 - a draw, no secret
    # A row before all others would move the calendar, and so build everything anew.
    first_at = min(
        event.occurred_at for name in EVENT_LOGS for event in getattr(data, name)
    )
    # Most rows come first, as with a history that is loaded once and then kept fresh.
    weights = [4] + [1] * (loads - 1)

    def moved(row: LoadedRow) -> LoadedRow:
        (number,) = chance.choices(range(1, loads + 1), weights)
        if getattr(row, "occurred_at", None) == first_at:
            number = 1
        return replace(
            row,
            load_id=f"load_{number:02d}",
            loaded_at=FIRST_LOADED_AT + timedelta(hours=number),
        )

    spread_out = RawData()
    for name in RAW_TABLES:
        rows: list[LoadedRow] = getattr(spread_out, name)
        rows.extend(moved(row) for row in getattr(data, name))
    return spread_out


def arrive(source: Path, warehouse: Warehouse, load_id: str) -> None:
    """Add one load's rows to a warehouse, as the loader would have.

    Args:
        source: DuckDB file with the raw rows of all loads.
        warehouse: Where they arrive; made at the first load.
        load_id: Which load; loads arrive in the order of their ids.

    """
    with duckdb.connect(str(warehouse.path), config=FILE_FORMAT) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        connection.execute("create schema if not exists raw")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'source' and schema_name = 'raw'"
        ).fetchall():
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


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Return the columns of a raw table of the attached source."""
    return [
        row[0] for row in connection.execute(f"describe source.raw.{table}").fetchall()
    ]


def copy_raw(origin: Warehouse, warehouse: Warehouse) -> None:
    """Put the raw rows of one warehouse into another, which is new."""
    with duckdb.connect(str(warehouse.path), config=FILE_FORMAT) as connection:
        connection.execute(f"attach '{origin.path}' as source (read_only)")
        connection.execute("create schema raw")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'source' and schema_name = 'raw'"
        ).fetchall():
            connection.execute(f"create table raw.{table} as from source.raw.{table}")


def differences(
    one: Warehouse, other: Warehouse, schemas: Sequence[str] = ("intermediate", "marts")
) -> tuple[int, dict[str, list[tuple[object, ...]]]]:
    """Compare every table of two warehouses.

    Returns:
        The number of cells, and for each table that differs some rows that only one of
        them has, the first value saying which.

    """
    cells = 0
    found: dict[str, list[tuple[object, ...]]] = {}
    with duckdb.connect(str(one.path), read_only=True) as connection:
        connection.execute(f"attach '{other.path}' as other (read_only)")
        (here,) = connection.execute("select current_database()").fetchone() or ("",)
        tables = connection.execute(
            "select schema_name, table_name, count(distinct database_name) "
            "from duckdb_tables() where schema_name in (select unnest(?)) "
            "group by all order by all",
            [list(schemas)],
        ).fetchall()
        for schema, table, sides in tables:
            name = f"{schema}.{table}"
            assert sides == 2, f"{name} is in one of the two only"
            size = connection.execute(
                f"select count(*) from {here}.{name}"
            ).fetchone() or (0,)
            cells += size[0] * len(
                connection.execute(f"describe {here}.{name}").fetchall()
            )
            rows = connection.execute(
                f"(select 'one', * from (from {here}.{name} except all "
                f"from other.{name}) limit 5) union all "
                f"(select 'other', * from (from other.{name} except all "
                f"from {here}.{name}) limit 5)"
            ).fetchall()
            if rows:
                found[name] = rows
    return cells, found
