"""Under which value of a segment a customer is booked."""

from __future__ import annotations

from datetime import date

from second_opinion.attributes import UNKNOWN
from second_opinion.people import PLAN, Person
from second_opinion.states import State

TOTAL = ("", "")  # segment name and value of the mart without segments

SegmentKey = tuple[str, str]


def value_before(person: Person, name: str, edge: date) -> str:
    """Value just before the first instant of a date.

    One whose subscription has ended is still booked under the last plan it had: that
    matters on the purchase and activity basis, and for one active at neither edge.
    """
    if name != PLAN:
        return person.tracks[name].before(edge)
    timeline = person.timelines["subscription"]
    return _last_plan([step.state for step in timeline.steps if step.day < edge])


def _last_plan(states: list[State]) -> str:
    """Plan of the last active of some states in order; `unknown` if it has none."""
    active = [state for state in states if state.is_active]
    return (active[-1].plan_id if active else None) or UNKNOWN


def change_days(person: Person, names: tuple[str, ...]) -> set[date]:
    """Days on which the value of any of the segments may change."""
    days: set[date] = set()
    for name in names:
        if name == PLAN:
            days.update(step.day for step in person.timelines["subscription"].steps)
        else:
            days.update(person.tracks[name].change_days())
    return days


def founding_value(person: Person, name: str, basis: str) -> str:
    """Value in force at the first activation on a basis (plan: just after it).

    The customer has been active on the basis.
    """
    started = person.timelines[basis].first_activation
    if started is None:
        return UNKNOWN
    if name == PLAN:
        timeline = person.timelines["subscription"]
        known = [one.state for one in timeline.steps if one.instant <= started.instant]
        return _last_plan(known)
    return person.tracks[name].at(started.instant)
