"""Under which value of a segment a customer is booked."""

from __future__ import annotations

from datetime import date, datetime

from second_opinion.attributes import UNKNOWN
from second_opinion.people import PLAN, Person
from second_opinion.period_walk import Visit
from second_opinion.states import INACTIVE, State

# On the purchase and activity basis: whether one whose subscription has ended is still
# booked under its last plan, or (as the definitions are read here) under `unknown`.
PLAN_OUTLIVES_SUBSCRIPTION = False

TOTAL = ("", "")  # segment name and value of the mart without segments

SegmentKey = tuple[str, str]


def value_before(person: Person, name: str, edge: date) -> str:
    """Value just before the first instant of a date."""
    if name != PLAN:
        return person.tracks[name].before(edge)
    timeline = person.timelines["subscription"]
    state = timeline.before(edge)
    if PLAN_OUTLIVES_SUBSCRIPTION and not state.is_active:
        ended = [span.last_state for span in timeline.spans if span.started.day < edge]
        state = ended[-1] if ended else state
    return state.plan_id or UNKNOWN


def change_days(person: Person, names: tuple[str, ...]) -> set[date]:
    """Days on which the value of any of the segments may change."""
    days: set[date] = set()
    for name in names:
        if name == PLAN:
            days.update(step.day for step in person.timelines["subscription"].steps)
        else:
            days.update(person.tracks[name].change_days())
    return days


def value_of_visitor(
    person: Person, name: str, basis: str, visit: Visit, edge: date
) -> str:
    """Value of a customer active inside a period, but at neither of its edges.

    An attribute is read at the end of the period; the plan just before the last
    churn in it, else it is the last one the customer had.
    """
    if name != PLAN:
        return person.tracks[name].before(edge)
    if basis == "subscription":
        return visit.state_before_last_churn.plan_id or UNKNOWN
    churned_at = visit.last_churn.instant if visit.last_churn else None
    last, just_before = INACTIVE, INACTIVE
    for step in person.timelines["subscription"].steps:
        if step.day >= edge:
            break
        if step.state.is_active:
            last = step.state
        if churned_at is not None and step.instant < churned_at:
            just_before = step.state
    chosen: State = just_before if just_before.is_active else last
    return chosen.plan_id or UNKNOWN


def founding_value(person: Person, name: str, basis: str) -> str:
    """Value in force at the first activation on a basis (plan: just after it).

    The customer has been active on the basis.
    """
    started = person.timelines[basis].first_activation
    if started is None:
        return UNKNOWN
    if name == PLAN:
        return _plan_at(person, started.instant)
    return person.tracks[name].at(started.instant)


def _plan_at(person: Person, instant: datetime) -> str:
    """Plan just after an instant."""
    timeline = person.timelines["subscription"]
    state = timeline.at(instant)
    if PLAN_OUTLIVES_SUBSCRIPTION and not state.is_active:
        spans = timeline.spans
        ended = [one.last_state for one in spans if one.started.instant <= instant]
        state = ended[-1] if ended else state
    return state.plan_id or UNKNOWN
