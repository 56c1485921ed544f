"""SQL that types the text of one source file and gives each bad row its reason.

The statement has three layers: `text` (a row as text), `typed` (plus the values) and
the result (plus `fault_code`, null for a good row; the first that applies).
"""

from dataclasses import dataclass

from loading.contract import (
    PRICED_EVENT_TYPES,
    SCHEDULED_EVENT_TYPES,
    SQL_TYPES,
    Column,
    Kind,
    RawTable,
)
from loading.parquet_columns import FLOAT_TYPES, parquet_text
from loading.staged_text import staged_relation

ZONE = r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
TIMESTAMP = (
    r"\d{4}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?" + ZONE + "?)?"
)
DATE = r"\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?(Z|\+00(:?00)?)?)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)"
NOT_FINITE_WORDS = ("nan", "inf", "-inf")
NOT_FINITE = r"(?i)[+-]?(nan|inf|infinity)"
# Longer than a bare date and an hour with minutes: a zone may follow from here on.
ZONE_POSITION = 17
NATIVE_TIMES = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DATE")
SCALES: dict[Kind, int] = {"decimal": 4, "rate": 10, "integer": 0}
# A price times its quantity stays below this, and so does what it makes in a month.
LARGEST_PRICE = 10_000_000_000_000
LARGEST_SHORT_PRICES = {"day": 328_542_094_455, "week": 2_307_692_307_692}

EVENT_TIMES = ("occurred_at", "responded_at", "signed_up_at", "recorded_at")
NEGATIVE_AMOUNTS = ("amount", "unit_amount", "discount_amount")
UNKNOWN_CODES = {
    "event_type": "unknown_event_type",
    "survey_type": "unknown_survey_type",
    "billing_interval": "unknown_interval",
}


@dataclass(frozen=True)
class FileColumns:
    """Where the rows of one file come from.

    `types` maps the file's columns, in its order, to DuckDB types; for text files
    all are VARCHAR. `is_parquet` says which reader its path is bound to.
    """

    types: dict[str, str]
    is_parquet: bool = False


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
            if _is_native(column, sql_type):
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
    values = []
    type_faults = []
    for column in table.columns:
        sql_type = file.types.get(column.name, "VARCHAR")
        is_native = file.is_parquet and _is_native(column, sql_type)
        values.append(
            f"{_value(column, sql_type, is_native=is_native)} as v_{column.name}"
        )
        type_faults += _type_faults(column, is_native=is_native)
    faults = [
        *_native_faults(table, file),
        *_missing_faults(table),
        *type_faults,
        *_unknown_faults(table),
        *_range_faults(table),
        *_future_faults(table),
        *_currency_faults(table, known_currencies),
    ]
    cases = " ".join(f"when {condition} then '{code}'" for condition, code in faults)
    typed = ", ".join(f"v_{name} as {name}" for name in table.column_names)
    return (
        f"with text as ({text_query(table, file)}), "
        f"typed as (select *, {', '.join(values)} from text) "
        f"select line_number, {typed}, case {cases} end as fault_code from typed"
    )


def future_columns(table: RawTable) -> list[str]:
    """Return the columns that may not lie in the future, in the order they bind."""
    return [name for name in EVENT_TIMES if name in table.column_names]


def _is_native(column: Column, sql_type: str) -> bool:
    return column.kind == "timestamp" and sql_type in NATIVE_TIMES


def _value(column: Column, sql_type: str, *, is_native: bool) -> str:
    """Return SQL for the typed value of a text column, null if it has none."""
    name = column.name
    if column.kind == "text":
        return name
    if is_native:
        native = f"native_{name}"
        if sql_type == "TIMESTAMP WITH TIME ZONE":
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


def _type_faults(column: Column, *, is_native: bool) -> list[tuple[str, str]]:
    name, value = column.name, f"v_{column.name}"
    if column.kind == "text":
        return []
    if column.kind in {"timestamp", "date"}:
        code = f"bad_{column.kind}"
        outside = (
            f"{value} < timestamp '0001-01-01' "
            f"or {value} >= timestamp '9999-12-31' + interval 1 day"
        )
        if is_native:
            return [(f"not isfinite({value}) or {outside}", code)]
        faults = [(f"{name} is not null and {value} is null or {outside}", code)]
        if column.kind == "timestamp":
            faults.append(
                (f"regexp_matches({name}, '\\.\\d{{6}}\\d*[1-9]')", "wrong_scale")
            )
        return faults
    scale = SCALES[column.kind]
    return [
        (f"regexp_full_match({name}, '{NOT_FINITE}')", "non_finite"),
        (f"not regexp_full_match({name}, '{NUMBER}')", "bad_number"),
        (f"regexp_matches({name}, '\\.\\d{{{scale}}}\\d*[1-9]')", "wrong_scale"),
        (f"{name} is not null and {value} is null", "overflow"),
    ]


def _native_faults(table: RawTable, file: FileColumns) -> list[tuple[str, str]]:
    """Faults of native text; text files were searched for NUL bytes before."""
    if not file.is_parquet:
        return []
    faults = []
    for column in table.columns:
        sql_type = file.types.get(column.name, "")
        if sql_type.startswith(("VARCHAR", "ENUM")):
            faults.append((f"contains({column.name}, chr(0))", "nul_byte"))
        elif sql_type in FLOAT_TYPES and column.kind == "text":
            faults.append(
                (f"{column.name} in {_words(NOT_FINITE_WORDS)}", "non_finite")
            )
    return faults


def _missing_faults(table: RawTable) -> list[tuple[str, str]]:
    return [
        (
            f"{column.name} is null",
            "missing_key"
            if column.name in table.key or column.name.endswith("_id")
            else "missing_value",
        )
        for column in table.columns
        if column.required
    ]


def _unknown_faults(table: RawTable) -> list[tuple[str, str]]:
    return [
        (f"{name} not in {_words(allowed)}", UNKNOWN_CODES[name])
        for name, allowed in table.values.items()
    ]


def _range_faults(table: RawTable) -> list[tuple[str, str]]:
    names = table.column_names
    faults = [
        (f"v_{name} < 0", "negative_amount")
        for name in NEGATIVE_AMOUNTS
        if name in names
    ]
    faults += [
        (f"v_{name} <= 0", "out_of_range")
        for name in ("quantity", "rate", "interval_count")
        if name in names
    ]
    if "survey_type" in names:
        faults += [
            ("survey_type = 'nps' and v_score not between 0 and 10", "out_of_range"),
            ("survey_type = 'csat' and v_score not between 1 and 5", "out_of_range"),
        ]
    if "unit_amount" in names:
        limits = " ".join(
            f"when '{interval}' then {limit}"
            for interval, limit in LARGEST_SHORT_PRICES.items()
        )
        faults += [
            (
                f"event_type in {_words(PRICED_EVENT_TYPES)} "
                "and (v_unit_amount is null or billing_interval is null)",
                "missing_price",
            ),
            (
                "v_unit_amount * coalesce(v_quantity, 1) "
                f">= case billing_interval {limits} else {LARGEST_PRICE} end",
                "overflow",
            ),
        ]
    return faults


def _future_faults(table: RawTable) -> list[tuple[str, str]]:
    is_scheduled = f"event_type in {_words(SCHEDULED_EVENT_TYPES)}"
    has_schedule = table.name == "subscription_events"
    return [
        (
            f"v_{name} > ?"
            + (
                f" and not {is_scheduled}"
                if has_schedule and name == "occurred_at"
                else ""
            ),
            "future_timestamp",
        )
        for name in future_columns(table)
    ]


def _currency_faults(table: RawTable, known: str) -> list[tuple[str, str]]:
    if "currency" not in table.column_names or table.name == "exchange_rates":
        return []
    return [(f"currency not in (select currency from {known})", "unknown_currency")]


def _words(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"
