"""Column definitions of the raw tables and of the loader's bookkeeping."""

from loading.contract import SQL_TYPES, RawTable

BOOKKEEPING = {
    "loads": (
        "load_id varchar, started_at timestamp, finished_at timestamp, "
        "source_name varchar, status varchar"
    ),
    "corrected_ids": "table_name varchar, event_id varchar, load_id varchar",
    "load_files": (
        "load_id varchar, table_name varchar, file_name varchar, file_sha256 varchar, "
        "started_at timestamp, finished_at timestamp, status varchar, "
        "rows_read bigint, rows_loaded bigint, rows_duplicate bigint, "
        "rows_quarantined bigint, rows_corrected bigint, "
        "first_occurred_at timestamp, last_occurred_at timestamp"
    ),
    "quarantine": (
        "load_id varchar, table_name varchar, file_name varchar, line_number bigint, "
        "reason_code varchar, raw_text varchar, loaded_at timestamp, "
        "customer_id varchar, occurred_at timestamp"
    ),
}


def raw_columns(table: RawTable) -> str:
    """Return the column definitions of a raw table."""
    columns = [f"{column.name} {SQL_TYPES[column.kind]}" for column in table.columns]
    return ", ".join([*columns, "load_id varchar", "loaded_at timestamp"])
