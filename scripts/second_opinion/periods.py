"""Period grains, period edges and month arithmetic, on dates of the reporting zone."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

GRAINS = ("day", "week", "month", "quarter", "year")
COHORT_GRAINS = ("week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
# Months of one period; a week is 12 / 52 of a month, a day 12 / 365.25.
MONTHS_OF = {
    "day": Fraction(1200, 36525),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "year": Fraction(12),
}

Day = TypeVar("Day", date, datetime)


def add_months(anchor: Day, months: int) -> Day:
    """Move an anchor by months: same day and time, or the last day of the month."""
    count = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(count, 12)
    day = min(anchor.day, monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)


def whole_months(anchor: date, day: date) -> int:
    """Whole months elapsed from an anchor to a day that is not before it."""
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months if add_months(anchor, months) <= day else months - 1


def period_start(grain: str, day: date) -> date:
    """First day of the period that holds a day; weeks start on Monday."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    first_month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1}
    return date(day.year, first_month.get(grain, 1), 1)


def next_period_start(grain: str, start: date) -> date:
    """First day of the period after the one that starts on `start`."""
    if grain in MONTHS:
        return add_months(start, MONTHS[grain])
    return start + timedelta(days=7 if grain == "week" else 1)


@dataclass(frozen=True, slots=True)
class Periods:
    """All periods of one grain, in order, the last one perhaps open.

    `starts[i]` and `next_starts[i]` are the edges of period i; `ends[i]` is the edge
    at which its closing state is read: that of the period, or `as_of_date` if open.
    """

    grain: str
    as_of_date: date
    starts: list[date]
    next_starts: list[date]
    ends: list[date]

    @classmethod
    def covering(cls, grain: str, first_day: date, as_of_date: date) -> Periods:
        """Periods from that of `first_day` to that of the day before `as_of_date`."""
        starts, next_starts = [], []
        start = period_start(grain, first_day)
        while start < as_of_date:
            starts.append(start)
            start = next_period_start(grain, start)
            next_starts.append(start)
        ends = [min(edge, as_of_date) for edge in next_starts]
        return cls(grain, as_of_date, starts, next_starts, ends)

    def __len__(self) -> int:
        """Return the number of periods."""
        return len(self.starts)

    def index_of(self, day: date) -> int:
        """Return the number of the period that holds a day; -1 before the first."""
        return bisect_right(self.starts, day) - 1

    def last_day(self, index: int) -> date:
        """Last known day of a period; of index -1 the day before the first one."""
        edge = self.starts[0] if index < 0 else self.ends[index]
        return edge - timedelta(days=1)

    def columns(self, index: int) -> dict[str, object]:
        """Return the period columns of a mart row."""
        return {
            "period_grain": self.grain,
            "period_start_date": self.starts[index],
            "next_period_start_date": self.next_starts[index],
            "is_complete": self.next_starts[index] <= self.as_of_date,
        }
