"""Writes raw rows straight into a DuckDB file, as a load would have left them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, fields

import duckdb

from second_opinion.raw_rows import LoadedRow, RawData
from second_opinion.reading import RAW_TABLES

OTHER_TYPES = {
    "interval_count": "bigint",
    "rate": "decimal(18,10)",
    "score": "decimal(18,4)",
    "quantity": "decimal(18,4)",
    "unit_amount": "decimal(18,4)",
    "discount_amount": "decimal(18,4)",
    "amount": "decimal(18,4)",
    "valid_from": "timestamp",
    "current_period_end": "timestamp",
}
# Raw tables that the second opinion does not read; the models expect them.
UNREAD_TABLES = {
    "survey_responses": (
        "response_id",
        "customer_id",
        "survey_type",
        "responded_at",
        "score",
        "reason_code",
        "comment",
        "recorded_at",
        "load_id",
        "loaded_at",
    ),
    "acquisition_costs": (
        "cost_date",
        "acquisition_channel",
        "amount",
        "currency",
        "recorded_at",
        "load_id",
        "loaded_at",
    ),
}
LOADS = ("load_id", "started_at", "finished_at", "source_name", "status")


def column_type(name: str) -> str:
    """Return the DuckDB type of a raw column."""
    if name in OTHER_TYPES:
        return OTHER_TYPES[name]
    if name.endswith("_date"):
        return "date"
    return "timestamp" if name.endswith("_at") else "varchar"


def _create(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str]
) -> None:
    """Create a raw table anew."""
    described = ", ".join(f"{name} {column_type(name)}" for name in columns)
    connection.execute(f"create or replace table raw.{table} ({described})")


def write_raw(connection: duckdb.DuckDBPyConnection, data: RawData) -> None:
    """Replace the schema's raw tables by a data set.

    Args:
        connection: Open, writable connection; schema `raw` is made if missing.
        data: Rows of any number of loads; each gets a row with status `loaded`.

    """
    connection.execute("create schema if not exists raw")
    loads: dict[str, tuple[object, ...]] = {}
    for table, row_type in RAW_TABLES.items():
        names = [field.name for field in fields(row_type)]
        _create(connection, table, names)
        rows: list[LoadedRow] = getattr(data, table)
        for row in rows:
            times = (row.loaded_at, row.loaded_at)
            loads[row.load_id] = (row.load_id, *times, "second opinion", "loaded")
        marks = ", ".join("?" for _ in names)
        if rows:
            values = [astuple(row) for row in rows]
            connection.executemany(f"insert into raw.{table} values ({marks})", values)
    for table, columns in UNREAD_TABLES.items():
        _create(connection, table, columns)
    _create(connection, "loads", LOADS)
    if loads:
        statement = "insert into raw.loads values (?, ?, ?, ?, ?)"
        connection.executemany(statement, list(loads.values()))
