"""SQL that turns a column of 64-bit integers into a column of the raw contract."""


def text(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def word(column: str, words: tuple[str, ...]) -> str:
    """Return SQL for a position in `words`; null where it is missing or beyond."""
    return f"list_extract([{', '.join(map(text, words))}], {column} + 1)"


def padded(prefix: str, column: str, width: int) -> str:
    """Return SQL for an id: prefix and number with leading zeros; null if missing."""
    padded = f"'{prefix}' || lpad(cast({column} as varchar), {width}, '0')"
    return f"case when {column} >= 0 then {padded} end"


def given(column: str) -> str:
    """Return SQL for a number; null where it is missing."""
    return f"case when {column} >= 0 then {column} end"


def instant(column: str) -> str:
    """Return SQL for a timestamp from seconds since 1970; null where it is missing."""
    return f"case when {column} >= 0 then make_timestamp({column} * 1000000) end"


def iso(column: str) -> str:
    """Return SQL for the same as text like `2024-01-31T09:00:00Z`; never missing."""
    return f"strftime(make_timestamp({column} * 1000000), '%Y-%m-%dT%H:%M:%SZ')"


def money(column: str) -> str:
    """Return SQL for an exact amount from cents; null where it is missing."""
    amount = f"cast(cast({column} as decimal(12, 0)) * 0.01 as decimal(18, 4))"
    return f"case when {column} >= 0 then {amount} end"


def day(column: str) -> str:
    """Return SQL for the date of an instant."""
    return f"cast(make_timestamp({column} * 1000000) as date)"


def customer(column: str) -> str:
    """Return SQL for a customer id from its number; null where it is missing."""
    return padded("c", column, 7)


def subscription() -> str:
    """Return SQL for `s0000001-1`; null where `subscription` is missing."""
    number = "'s' || lpad(cast(customer as varchar), 7, '0') || '-' || subscription"
    return f"case when subscription >= 0 then {number} end"


def event_id(prefix: str) -> str:
    """Return SQL for the id of an event from the column `id`."""
    return padded(prefix, "id", 11)
