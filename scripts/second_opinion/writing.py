"""Writes raw rows straight into a DuckDB file, as a load would have left them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from tempfile import TemporaryDirectory

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
CORRECTED_IDS = ("load_id", "table_name", "event_id")
NULL = "\\N"
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


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Iterable[Sequence[object]],
) -> None:
    """Insert rows into a table, by way of a CSV file: binding values is far slower.

    Args:
        connection: Open, writable connection.
        table: Schema and name of an existing table of ours.
        rows: Values in the order of the table's columns.

    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            for row in rows:
                writer.writerow([NULL if cell is None else cell for cell in row])
        if path.stat().st_size:
            options = f"header false, delimiter ',', nullstr '{NULL}'"
            connection.execute(f"copy {table} from '{path}' ({options})")


def _corrections(data: RawData) -> list[tuple[str, str, str]]:
    """Return load, table and id of every event stored in more than one version."""
    found: list[tuple[str, str, str]] = []
    events: dict[str, list[tuple[str | None, str]]] = {
        "subscription_events": [
            (row.event_id, row.load_id) for row in data.subscription_events
        ],
        "revenue_events": [(row.event_id, row.load_id) for row in data.revenue_events],
        "activity_events": [
            (row.event_id, row.load_id) for row in data.activity_events
        ],
    }
    for table, rows in events.items():
        loads: dict[str, list[str]] = {}
        for event_id, load_id in rows:
            if event_id is not None:
                loads.setdefault(event_id, []).append(load_id)
        for event_id, load_ids in loads.items():
            if len(load_ids) > 1:
                found.append((max(load_ids), table, event_id))
    return found


def write_raw(connection: duckdb.DuckDBPyConnection, data: RawData) -> None:
    """Replace the schema's raw tables by a data set.

    Args:
        connection: Open, writable connection; schema `raw` is made if missing.
        data: Rows of any number of loads; each gets a row with status `loaded`.

    """
    connection.execute("begin transaction")  # one for all: much faster
    connection.execute("create schema if not exists raw")
    loads: dict[str, tuple[object, ...]] = {}
    for table, row_type in RAW_TABLES.items():
        names = [field.name for field in fields(row_type)]
        _create(connection, table, names)
        rows: list[LoadedRow] = getattr(data, table)
        for row in rows:
            times = (row.loaded_at, row.loaded_at)
            loads[row.load_id] = (row.load_id, *times, "second opinion", "loaded")
        insert_rows(connection, f"raw.{table}", map(astuple, rows))
    _create(connection, "corrected_ids", CORRECTED_IDS)
    insert_rows(connection, "raw.corrected_ids", _corrections(data))
    _create(connection, "loads", LOADS)
    insert_rows(connection, "raw.loads", loads.values())
    connection.execute("commit")
