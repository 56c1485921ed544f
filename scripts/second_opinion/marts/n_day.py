"""metrics_n_day_retention_by_cohort, on calendar days and on days of 24 hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from second_opinion.money import rate_with_interval
from second_opinion.people import Person, World
from second_opinion.periods import period_start

Row = dict[str, object]

DAY_MODES = ("calendar", "24h")
RETENTION_KINDS = ("on", "on_or_after", "within")
ONE_DAY = timedelta(days=1)


def _day_numbers(person: Person, mode: str) -> set[int]:
    """Numbers of the days with a counted event; the first event is on day 0."""
    if mode == "calendar":
        first_day = min(person.active_days)
        return {(day - first_day).days for day in person.active_days}
    first = person.active_at[0]
    return {(instant - first) // ONE_DAY for instant in person.active_at}


def _is_over(person: Person, mode: str, number: int, world: World) -> bool:
    """Whether a customer's whole day N is over at `as_of_date`."""
    as_of_date = world.policies.as_of_date
    if mode == "calendar":
        return min(person.active_days) + (number + 1) * ONE_DAY <= as_of_date
    end = world.zone.local(person.active_at[0] + (number + 1) * ONE_DAY)
    return end <= datetime.combine(as_of_date, time())


def _returned(numbers: set[int], kind: str, number: int) -> bool:
    """Whether events on these days count as a return by or on day N."""
    if kind == "on":
        return number in numbers
    if kind == "on_or_after":
        return max(numbers) >= number
    return any(1 <= one <= number for one in numbers)


def n_day_rows(world: World) -> list[Row]:
    """Rows of metrics_n_day_retention_by_cohort."""
    active = [person for person in world.people if person.active_at]
    if not active:
        return []
    first_of_all = min(min(person.active_days) for person in active)
    cells: dict[tuple[str, date, str, str, int], list[int]] = defaultdict(
        lambda: [0, 0]
    )
    for person in active:
        first_day = min(person.active_days)
        cohorts = [
            (grain, period_start(grain, first_day))
            for grain in ("day", "week", "month")
        ]
        cohorts.append(("all", first_of_all))
        for mode in DAY_MODES:
            numbers = _day_numbers(person, mode)
            for number in world.policies.n_day_retention_days:
                is_over = _is_over(person, mode, number, world)
                for kind in RETENTION_KINDS:
                    has_returned = is_over and _returned(numbers, kind, number)
                    for grain, start in cohorts:
                        cell = cells[grain, start, mode, kind, number]
                        cell[0] += is_over
                        cell[1] += has_returned
    rows: list[Row] = []
    for (grain, start, mode, kind, number), (eligible, returned) in cells.items():
        row: Row = {
            "period_grain": grain,
            "cohort_start_date": start,
            "day_mode": mode,
            "retention_kind": kind,
            "day_number": number,
            "eligible_customers": eligible,
            "returned_customers": returned,
        }
        rows.append(row | rate_with_interval("retention_rate", returned, eligible))
    return rows
