"""Hypothesis strategies: instants at which definitions are easily got wrong; rates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from second_opinion.periods import add_months
from second_opinion.raw_rows import ExchangeRate

FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2024, 6, 30)
# Midnights of UTC, New York (winter, summer) and Kolkata, and noon, all in UTC.
TIMES = (time(0), time(5), time(4), time(18, 30), time(12))
MONTH_ENDS = (
    date(2023, 1, 31),
    date(2023, 2, 1),
    date(2023, 2, 28),
    date(2023, 3, 31),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2024, 3, 1),
)
# New York's clocks change: 2 am becomes 3 am, 2 am becomes 1 am.
CLOCK_CHANGES = (
    datetime(2023, 3, 12, 7),
    datetime(2023, 11, 5, 5, 30),
    datetime(2023, 11, 5, 6),
    datetime(2023, 11, 5, 6, 30),
    datetime(2024, 3, 10, 7),
)
# Lengths of windows, deadlines and gaps of the policies drawn in `histories`.
DAYS_ON = (1, 3, 7, 14, 30, 90)
MONTHS_ON = (1, 12)
CURRENCIES = ("USD", "EUR", "INR")
RATES = ("1", "1.0837", "0.0121", "0.3333333333", "2.5")
SMALLEST = timedelta(microseconds=1)


def days() -> st.SearchStrategy[date]:
    """Draw dates of the range, month ends often."""
    return st.one_of(st.sampled_from(MONTH_ENDS), st.dates(FIRST_DAY, LAST_DAY))


def instants() -> st.SearchStrategy[datetime]:
    """Draw naive UTC instants: midnights, noon, clock changes."""
    edges = st.builds(datetime.combine, days(), st.sampled_from(TIMES))
    return st.one_of(edges, edges, st.sampled_from(CLOCK_CHANGES))


@st.composite
def pools(draw: st.DrawFn) -> list[datetime]:
    """Draw the few instants of one history, so that many of its events coincide."""
    pool = draw(st.lists(instants(), min_size=4, max_size=9, unique=True))
    for on in draw(st.lists(st.sampled_from(DAYS_ON), max_size=4)):
        pool.append(draw(st.sampled_from(pool)) + timedelta(days=on))
    for on in draw(st.lists(st.sampled_from(MONTHS_ON), max_size=2)):
        pool.append(add_months(draw(st.sampled_from(pool)), on))
    if draw(st.booleans()):
        pool.append(draw(st.sampled_from(pool)) - SMALLEST)
    return pool


def exchange_rates() -> st.SearchStrategy[list[ExchangeRate]]:
    """Draw some rates of each currency, one a date."""
    dates = st.lists(days(), min_size=1, max_size=4, unique=True)
    rate = st.sampled_from(RATES)

    @st.composite
    def draw_all(draw: st.DrawFn) -> list[ExchangeRate]:
        return [
            ExchangeRate(rate_date=day, currency=currency, rate=Decimal(draw(rate)))
            for currency in CURRENCIES
            for day in draw(dates)
        ]

    return draw_all()
