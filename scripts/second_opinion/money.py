"""Exact money: prices to monthly amounts, rates, rounding once at the end.

Amounts in a price's own currency are integers of 1/10,000 (`minor`); amounts in the
reporting currency are integers of 10^-14 (`exact`), so that no sum is ever rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from second_opinion.errors import SecondOpinionError
from second_opinion.raw_rows import ExchangeRate, SubscriptionEvent

MINOR = 10**4
RATE_SCALE = 10**10
EXACT = MINOR * RATE_SCALE
WILSON_Z = 1.959963984540054

# Billing periods in a month: n / d, still to be divided by interval_count.
PERIODS_IN_A_MONTH = {
    "day": Fraction(36525, 1200),
    "week": Fraction(13, 3),
    "month": Fraction(1),
    "quarter": Fraction(1, 3),
    "year": Fraction(1, 12),
}

Amounts = tuple[tuple[str, int], ...]  # (currency, minor), sorted, without zeros


def round_half_away(numerator: int, denominator: int) -> int:
    """Return the nearest integer to a fraction; a half goes away from zero."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def monthly_minor(event: SubscriptionEvent, discount_policy: str) -> int:
    """MRR of the price that `started` or `changed` states, in 1/10,000.

    Raises:
        SecondOpinionError: The billing interval is missing or unknown.

    """
    interval = event.billing_interval or ""
    if interval not in PERIODS_IN_A_MONTH:
        message = f"event {event.event_id}: billing interval {interval!r} is unknown"
        raise SecondOpinionError(message)
    quantity = Fraction(1 if event.quantity is None else event.quantity)
    price = Fraction(event.unit_amount or 0) * quantity
    if discount_policy == "all":
        price -= Fraction(event.discount_amount or 0)
    monthly = price * PERIODS_IN_A_MONTH[interval] / (event.interval_count or 1)
    scaled = max(monthly, Fraction(0)) * MINOR
    return round_half_away(scaled.numerator, scaled.denominator)


def to_decimal(exact: int) -> Decimal:
    """Money of a mart: rounded once, half away from zero, to 4 decimals."""
    return Decimal(round_half_away(exact, RATE_SCALE)).scaleb(-4)


def ratio(numerator: int, denominator: int) -> float | None:
    """Quotient of two exact integers of one unit; null where the divisor is 0."""
    return None if denominator == 0 else numerator / denominator


def wilson(count: int, total: int) -> tuple[float | None, float | None]:
    """95 % Wilson interval of count / total; nulls without a total."""
    if total == 0:
        return None, None
    share = count / total
    squared = WILSON_Z * WILSON_Z
    centre = share + squared / (2 * total)
    spread = share * (1 - share) / total + squared / (4 * total * total)
    half = WILSON_Z * sqrt(spread)
    scale = 1 + squared / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def rate_with_interval(name: str, count: int, total: int) -> dict[str, float | None]:
    """Columns `<name>`, `<name>_low` and `<name>_high` of a share of customers."""
    low, high = wilson(count, total)
    return {name: ratio(count, total), f"{name}_low": low, f"{name}_high": high}


class RateBook:
    """Exchange rates into the reporting currency, by the month of a day."""

    def __init__(
        self,
        rows: Iterable[ExchangeRate],
        reporting_currency: str,
        fx_policy: str,
        as_of_date: date,
    ) -> None:
        """Sort the rates; a rate of `as_of_date` or later is not known yet."""
        self._reporting_currency = reporting_currency
        self._is_fixed = fx_policy == "fixed_rate"
        self._as_of_date = as_of_date
        self._dates: dict[str, list[date]] = {}
        self._rates: dict[str, list[int]] = {}
        for row in sorted(rows, key=lambda row: row.rate_date):
            scaled = int(Fraction(row.rate) * RATE_SCALE)
            self._dates.setdefault(row.currency, []).append(row.rate_date)
            self._rates.setdefault(row.currency, []).append(scaled)
        self._known: dict[tuple[str, int, int], int] = {}

    def rate(self, currency: str, day: date) -> int:
        """Rate of the month that holds a day, times 10^10.

        Raises:
            SecondOpinionError: The currency has no rate at all.

        """
        if currency == self._reporting_currency:
            return RATE_SCALE
        key = (currency, day.year, day.month)
        if key not in self._known:
            self._known[key] = self._look_up(currency, day)
        return self._known[key]

    def _look_up(self, currency: str, day: date) -> int:
        """Newest rate up to the first of the month (or of all), else the oldest."""
        if currency not in self._dates:
            raise SecondOpinionError(f"currency {currency}: no exchange rate is loaded")
        dates = self._dates[currency]
        if self._is_fixed:
            position = bisect_right(dates, date.fromordinal(self._last_known()))
        else:
            position = bisect_right(dates, day.replace(day=1))
        return self._rates[currency][max(position - 1, 0)]

    def _last_known(self) -> int:
        """Ordinal of the last day before `as_of_date`."""
        return self._as_of_date.toordinal() - 1

    def value(self, amounts: Amounts, day: date) -> int:
        """Amounts in their currencies at the rate of a day's month, exact."""
        return sum(minor * self.rate(currency, day) for currency, minor in amounts)
