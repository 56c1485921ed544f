"""Select raw rows and mart rows from a DuckDB file; no logic in SQL."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import duckdb

from second_opinion.errors import SecondOpinionError
from second_opinion.policies import BUILT_IN_REASONS
from second_opinion.raw_rows import (
    AcquisitionCost,
    ActivityEvent,
    Customer,
    CustomerAttribute,
    ExchangeRate,
    LoadedRow,
    RawData,
    RevenueEvent,
    SubscriptionEvent,
    SurveyResponse,
)

Row = dict[str, object]

RAW_TABLES: dict[str, type[LoadedRow]] = {
    "customers": Customer,
    "customer_attributes": CustomerAttribute,
    "subscription_events": SubscriptionEvent,
    "revenue_events": RevenueEvent,
    "activity_events": ActivityEvent,
    "survey_responses": SurveyResponse,
    "exchange_rates": ExchangeRate,
    "acquisition_costs": AcquisitionCost,
}
INSTANTS = ("_at", "valid_from", "current_period_end")


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file read-only.

    Raises:
        SecondOpinionError: The file is missing or cannot be opened.

    """
    if not path.is_file():
        raise SecondOpinionError(f"{path}: no such database")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise SecondOpinionError(f"{path}: {str(error).splitlines()[0]}") from error
    connection.execute("set TimeZone = 'UTC'")
    return connection


def columns_of(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> dict[str, str]:
    """Return the columns of a table with their types; empty if there is no table."""
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_catalog = current_database()"
        " and table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return {str(name): str(data_type) for name, data_type in rows}


def select_rows(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    columns: dict[str, str],
) -> list[Row]:
    """Return all rows of some columns; zoned instants become naive UTC."""
    picked = ", ".join(
        f"timezone('UTC', \"{name}\")" if "TIME ZONE" in kind else f'"{name}"'
        for name, kind in columns.items()
    )
    result = connection.execute(f'select {picked} from "{schema}"."{table}"')
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def read_raw(connection: duckdb.DuckDBPyConnection, schema: str = "raw") -> RawData:
    """Return all rows of loads with status `loaded`; a missing table is empty.

    Raises:
        SecondOpinionError: There is no table of loads.

    """
    loads = columns_of(connection, schema, "loads")
    if not {"load_id", "status"} <= loads.keys():
        raise SecondOpinionError(f"schema {schema}: no table loads; load data first")
    loaded = {
        row["load_id"]
        for row in select_rows(connection, schema, "loads", loads)
        if row["status"] == "loaded"
    }
    raw = RawData()
    for table, row_type in RAW_TABLES.items():
        stored = columns_of(connection, schema, table)
        wanted = {
            field.name: stored[field.name]
            for field in fields(row_type)
            if field.name in stored
        }
        if not wanted:
            continue
        rows = getattr(raw, table)
        for row in select_rows(connection, schema, table, wanted):
            if row["load_id"] in loaded:
                rows.append(row_type(**_as_instants(row)))  # type: ignore[arg-type]
    return raw


def _as_instants(row: Row) -> Row:
    """Turn a date in an instant's column into its first instant."""
    for name, value in row.items():
        is_day = isinstance(value, date) and not isinstance(value, datetime)
        if is_day and isinstance(value, date) and name.endswith(INSTANTS):
            row[name] = datetime(value.year, value.month, value.day)
    return row


def read_churn_kinds(project: Path) -> dict[str, str]:
    """Return kind by reason code from the seed, or the built-in default."""
    path = project / "seeds" / "churn_reasons.csv"
    if not path.is_file():
        return dict(BUILT_IN_REASONS)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {row["reason_code"]: row["churn_kind"] for row in csv.DictReader(handle)}
