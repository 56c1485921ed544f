"""The rules for bad rows: conditions in SQL and the reason code of each.

A column's text goes by its own name, its typed value by `v_<name>`.
"""

from loading.contract import (
    PRICED_EVENT_TYPES,
    SCHEDULED_EVENT_TYPES,
    Column,
    Kind,
    RawTable,
)
from loading.file_columns import FileColumns
from loading.parquet_columns import FLOAT_TYPES

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)"
NOT_FINITE_WORDS = ("nan", "inf", "-inf")
NOT_FINITE = r"(?i)[+-]?(nan|inf|infinity)"
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


def fault_rules(
    table: RawTable, file: FileColumns, *, known_currencies: str
) -> list[tuple[str, str]]:
    """Return condition and reason code of every rule, the first that applies wins.

    Args:
        table: The table of the file.
        file: Its columns.
        known_currencies: Relation with a column `currency`.

    """
    return [
        *_native_faults(table, file),
        *_missing_faults(table),
        *(
            fault
            for column in table.columns
            for fault in _type_faults(column, is_native=file.is_native(column))
        ),
        *_unknown_faults(table),
        *_range_faults(table),
        *_future_faults(table),
        *_currency_faults(table, known_currencies),
    ]


def future_columns(table: RawTable) -> list[str]:
    """Return the columns that may not lie in the future, in the order they bind."""
    return [name for name in EVENT_TIMES if name in table.column_names]


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
                "cast(v_unit_amount as decimal(20, 4)) * coalesce(v_quantity, 1) "
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
