"""First span of every customer as a life: how long it has lasted, and if it ended."""

from __future__ import annotations

from datetime import date

from second_opinion.life_table import Life
from second_opinion.people import Person, World
from second_opinion.periods import whole_months

TENURE_UNITS = ("day", "month")


def first_life(world: World, person: Person, basis: str, unit: str) -> Life | None:
    """Tenure at the first churn, or at `as_of_date`; None for one never active."""
    spans = person.timelines[basis].spans
    if not spans:
        return None
    started, ended = spans[0].started.day, spans[0].ended
    until = world.policies.as_of_date if ended is None else ended.day
    return tenure(started, until, unit), ended is not None


def tenure(started: date, until: date, unit: str) -> int:
    """Days, or whole months, between two dates of the reporting zone."""
    if unit == "day":
        return (until - started).days
    return whole_months(started, until)
