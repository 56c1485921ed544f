"""Cell by cell: recomputed rows against the rows that were found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from second_opinion.mart_keys import KEYS

Row = Mapping[str, object]

# Intervals that the definitions promise, but the interface does not list.
OPTIONAL_COLUMNS = (
    "retention_rate_low",
    "retention_rate_high",
    "return_rate_low",
    "return_rate_high",
    "repeat_purchase_rate_low",
    "repeat_purchase_rate_high",
    "lifetime_repeat_purchase_rate_low",
    "lifetime_repeat_purchase_rate_high",
)
MONEY_COLUMNS = (
    "mrr",
    "mrr_before",
    "mrr_change",
    "mrr_after",
    "arr",
    "amount",
    "average_revenue_per_customer",
    "average_order_value",
)
# Fractions, means and quotients that no mart rounds.
RATE_COLUMNS = (
    "nps",
    "csat",
    "average_score",
    "churn_rate_change",
    "naive_lifetime_months",
    "restricted_mean_months_12",
    "restricted_mean_months_24",
    "restricted_mean_months_36",
    "customer_acquisition_cost",
    "payback_months",
)
MONEY_ENDINGS = ("_mrr", "_amount", "_revenue")
RATE_ENDINGS = (
    "_error",
    "_effect",
    "_ltv",
    "_rate",
    "_ratio",
    "_share",
    "_low",
    "_high",
)
MONEY_TOLERANCE = 0.0001
RATE_TOLERANCE = 1e-9
# The marts take what the other, rounded columns of the bridge leave.
RESIDUAL_COLUMNS = ("fx_impact_mrr",)
RESIDUAL_TOLERANCE = 0.0005


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that differs; a row that is missing or too many is one, too."""

    mart: str
    key: tuple[str, ...]
    column: str
    expected: str
    found: str


@dataclass(slots=True)
class Comparison:
    """How one mart compares; `differing` counts cells, whole rows by their cells."""

    mart: str
    rows: int = 0
    cells: int = 0
    differing: int = 0
    note: str = ""
    differences: list[Difference] = field(default_factory=list)


def tolerance(column: str, money: float = MONEY_TOLERANCE) -> float | None:
    """Return by how much a column may differ; None where it must be equal."""
    if column in RESIDUAL_COLUMNS:
        return max(money, RESIDUAL_TOLERANCE)
    if column in MONEY_COLUMNS or column.endswith(MONEY_ENDINGS):
        return money + RATE_TOLERANCE
    is_rate = column in RATE_COLUMNS or column.endswith(RATE_ENDINGS)
    return RATE_TOLERANCE if is_rate else None


def text_of(value: object) -> str:
    """Return a text that is equal for equal values, and can be read by a person."""
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, bool)):
        return str(value).lower()
    return str(value)


def is_same(column: str, expected: object, found: object, money: float) -> bool:
    """Whether two cells agree."""
    if expected is None or found is None:
        return expected is found
    allowed = tolerance(column, money)
    numbers = (int, float, Decimal)
    if isinstance(expected, numbers) and isinstance(found, numbers):
        if isinstance(expected, bool) != isinstance(found, bool):
            return False
        if allowed is None:
            return expected == found
        if allowed == RATE_TOLERANCE:  # of large ratios a float keeps 16 digits only
            allowed *= max(1.0, abs(float(expected)))
        return abs(float(Decimal(expected) - Decimal(found))) <= allowed
    return text_of(expected) == text_of(found)


def key_of(mart: str, row: Row) -> tuple[str, ...]:
    """Return the key of a row as texts."""
    return tuple(text_of(row[name]) for name in KEYS[mart])


def compare(
    mart: str,
    expected: Iterable[Row],
    found: Iterable[Row],
    columns: Sequence[str],
    *,
    absent: Sequence[str] = (),
    money: float = MONEY_TOLERANCE,
) -> Comparison:
    """Compare the rows of one mart.

    Args:
        mart: A name of KEYS.
        expected: Recomputed rows.
        found: Rows of the database, with at least the key and `columns`.
        columns: Columns to compare, keys excluded.
        absent: Columns the database lacks: every cell of them differs.
        money: By how many currency units money may differ.

    """
    result = Comparison(mart)
    wanted: dict[tuple[str, ...], Row] = {}
    for row in expected:
        key = key_of(mart, row)
        if key in wanted:
            _note_row(result, key, "expected twice", "", len(columns))
        wanted[key] = row
    result.rows = len(wanted)
    result.cells = len(wanted) * (len(columns) + len(absent))
    result.differing += len(wanted) * len(absent)
    for column in absent:
        result.differences.append(Difference(mart, (), column, "column", "not built"))
    unseen = dict(wanted)
    for row in found:
        key = key_of(mart, row)
        if key not in unseen:
            why = "one row" if key in wanted else "no row"
            _note_row(result, key, why, "another row", len(columns))
            continue
        want = unseen.pop(key)
        for column in columns:
            if not is_same(column, want[column], row[column], money):
                texts = text_of(want[column]), text_of(row[column])
                result.differences.append(Difference(mart, key, column, *texts))
                result.differing += 1
    for key in unseen:
        _note_row(result, key, "a row", "no row", len(columns))
    return result


def _note_row(
    result: Comparison, key: tuple[str, ...], expected: str, found: str, cells: int
) -> None:
    """Note a whole row that differs."""
    result.differences.append(Difference(result.mart, key, "*", expected, found))
    result.differing += max(cells, 1)
