"""Instants as seconds since 1970 UTC: anchor arithmetic and time of day."""

import numpy as np

from sample.arrays import Flags, Integers
from sample.parameters import INTERVAL_DAYS, INTERVAL_MONTHS

DAY = 86_400
THURSDAY, SATURDAY = 3, 5  # Monday is 0


def add_months(instants: Integers, months: Integers) -> Integers:
    """Return each instant that many months later, on the same day and time.

    A day that the month lacks becomes its last: 31 January + 1 is 28 February.
    """
    days, time_of_day = np.divmod(instants, DAY)
    dates = days.astype("datetime64[D]")
    first_month = dates.astype("datetime64[M]")
    day_of_month = (dates - first_month.astype("datetime64[D]")).astype(np.int64)
    month = first_month.astype(np.int64) + months
    first_day = _first_day(month)
    length = _first_day(month + 1) - first_day
    day = first_day + np.minimum(day_of_month, length - 1)
    return np.asarray(day * DAY + time_of_day, dtype=np.int64)


def add_intervals(
    anchors: Integers, interval: Integers, interval_count: Integers, steps: int
) -> Integers:
    """Return anchor + `steps` billing intervals, never chained.

    Args:
        anchors: Instants at which the subscriptions began.
        interval: Positions in `parameters.INTERVALS`.
        interval_count: Units per billing interval, from 1.
        steps: Number of the renewal; 0 is the anchor.

    """
    months = np.asarray(INTERVAL_MONTHS)[interval] * interval_count * steps
    days = np.asarray(INTERVAL_DAYS)[interval] * interval_count * steps
    return add_months(anchors, months) + days * DAY


def month_number(instants: Integers) -> Integers:
    """Return whole months since January 1970."""
    return (
        (instants // DAY)
        .astype("datetime64[D]")
        .astype("datetime64[M]")
        .astype(np.int64)
    )


def month_label(number: int) -> str:
    """Return `2024-01` for a month counted from January 1970."""
    return str(np.datetime64(number, "M"))


def is_weekend(instants: Integers) -> Flags:
    """Return whether each instant is on a Saturday or Sunday, UTC."""
    weekday = (instants // DAY + THURSDAY) % 7  # of 1970-01-01
    return np.asarray(weekday >= SATURDAY)


def _first_day(month: Integers) -> Integers:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
