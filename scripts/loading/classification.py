"""SQL that types the text of one source file and gives each bad row its reason.

The statement has three layers: `text` (a row as text), `typed` (plus the values) and
the result (plus `fault_code`, null for a good row; the first that applies).
"""

from loading.contract import SQL_TYPES, Column, RawTable
from loading.fault_rules import NUMBER, fault_rules
from loading.file_columns import FileColumns
from loading.parquet_columns import parquet_text
from loading.staged_text import staged_relation

ZONE = r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
TIMESTAMP = (
    r"\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?" + ZONE + "?)?"
)
DATE = r"\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?(Z|\+00(:?00)?)?)?"
# Longer than a bare date and an hour with minutes: a zone may follow from here on.
ZONE_POSITION = 17


def text_query(table: RawTable, file: FileColumns) -> str:
    """Return SQL for a file's rows as text; bind the path once.

    Columns: line_number (bigint), the contract's columns (varchar, null if empty or
    missing), raw_text (varchar) and, from Parquet, native_<column> timestamps.
    """
    selected = []
    for column in table.columns:
        sql_type = file.types.get(column.name)
        if sql_type is None:
            text = "cast(null as varchar)"
        elif file.is_parquet:
            text = f"nullif({parquet_text(column.name, sql_type)}, '')"
            if file.is_native(column):
                selected.append(f"{column.name} as native_{column.name}")
        else:
            text = f"nullif({column.name}, '')"
        selected.append(f"{text} as {column.name}")
    if file.is_parquet:
        number = "file_row_number + 1"
        source = "read_parquet(?, file_row_number = true, hive_partitioning = false)"
        members = ", ".join(
            f"'{name}': {parquet_text(name, sql_type)}"
            for name, sql_type in file.types.items()
        )
        raw_text = f"cast(to_json({{{members}}}) as varchar)"
    else:
        number = "cast(line_number as bigint)"
        source = staged_relation(file.types)
        cells = ", ".join(f"coalesce({name}, '')" for name in file.types)
        raw_text = f"coalesce(raw_text, concat_ws(',', {cells}))"
    listed = ", ".join(selected)
    return (
        f"select {number} as line_number, {listed}, {raw_text} as raw_text "
        f"from {source}"
    )


def classification_query(
    table: RawTable, file: FileColumns, *, known_currencies: str
) -> str:
    """Return SQL for a file's typed rows with their reason codes.

    Args:
        table: The table of the file.
        file: Its columns.
        known_currencies: Relation with a column `currency`.

    Binds, in order: the path, then the first instant that is too far in the future
    for each column of `future_columns`, in that order.

    """
    values = [f"{_value(column, file)} as v_{column.name}" for column in table.columns]
    faults = fault_rules(table, file, known_currencies=known_currencies)
    cases = " ".join(f"when {condition} then '{code}'" for condition, code in faults)
    typed = ", ".join(f"v_{name} as {name}" for name in table.column_names)
    return (
        f"with text as ({text_query(table, file)}), "
        f"typed as (select *, {', '.join(values)} from text) "
        f"select line_number, {typed}, case {cases} end as fault_code from typed"
    )


def _value(column: Column, file: FileColumns) -> str:
    """Return SQL for the typed value of a text column, null if it has none."""
    name = column.name
    if column.kind == "text":
        return name
    if file.is_native(column):
        native = f"native_{name}"
        if file.types[name] == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('UTC', {native})"
        return f"cast({native} as timestamp)"
    if column.kind == "timestamp":
        return _timestamp_value(name)
    if column.kind == "date":
        return (
            f"case when regexp_full_match({name}, '{DATE}') "
            f"then try_cast(left({name}, 10) as date) end"
        )
    text = f"split_part({name}, '.', 1)" if column.kind == "integer" else name
    return (
        f"case when regexp_full_match({name}, '{NUMBER}') "
        f"then try_cast({text} as {SQL_TYPES[column.kind]}) end"
    )


def _timestamp_value(name: str) -> str:
    zone = f"substr({name}, {ZONE_POSITION})"
    local = f"regexp_replace({name}, '{ZONE}$', '')"
    offset = f"replace(regexp_extract({zone}, '[+-].*$'), ':', '')"
    minutes = (
        f"(cast(substr({offset}, 2, 2) as integer) * 60 "
        f"+ cast(coalesce(nullif(substr({offset}, 4, 2), ''), '0') as integer))"
    )
    return (
        f"case when not regexp_full_match({name}, '{TIMESTAMP}') then null "
        f"when contains({zone}, '+') "
        f"then try(try_cast({local} as timestamp) - to_minutes({minutes})) "
        f"when contains({zone}, '-') "
        f"then try(try_cast({local} as timestamp) + to_minutes({minutes})) "
        f"else try_cast(rtrim({name}, 'Z') as timestamp) end"
    )
