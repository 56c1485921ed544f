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
        "first_occurred_at timestamp, last_occurred_at timestamp, "
        "rows_forgotten bigint"
    ),
    "forgotten_customers": (
        "customer_hash varchar, salt varchar, forgotten_at timestamp"
    ),
    "erased_rows": (
        "load_id varchar, table_name varchar, rows_erased bigint, "
        "quarantined_rows_erased bigint, erased_at timestamp"
    ),
    "published_figures": (
        "published_at timestamp, load_id varchar, mart_name varchar, row_key varchar, "
        "column_name varchar, value varchar"
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
