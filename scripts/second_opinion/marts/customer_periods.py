"""fct_customer_periods: every customer and period with something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from second_opinion.money import to_decimal
from second_opinion.people import Person, World
from second_opinion.periods import Periods
from second_opinion.states import State, Timeline

Row = dict[str, object]


def _event_days(person: Person) -> set[date]:
    """Days on which a customer paid or was active; orders are payments."""
    return set(person.revenue.net_by_date) | person.active_days


def _known_days(person: Person) -> Iterable[date]:
    """All days on which anything about a customer is known."""
    steps = person.timelines["subscription"].steps
    return _event_days(person) | {step.day for step in steps}


def _moved(timeline: Timeline, first: date, past: date) -> bool:
    """Whether the customer became active or stopped in `[first, past)`."""
    return any(
        first <= step.day < past
        for span in timeline.spans
        for step in (span.started, span.ended)
        if step is not None
    )


def _movement_type(
    before: State, after: State, change: int, *, was_ever: bool
) -> str | None:
    """Net movement from edge to edge; None without a change."""
    if after.is_active and not before.is_active:
        return "reactivation" if was_ever else "new"
    if before.is_active and not after.is_active:
        return "churn"
    if change == 0 or not after.is_active:
        return None
    return "expansion" if change > 0 else "contraction"


def _row(world: World, person: Person, periods: Periods, index: int) -> Row | None:
    """Row of one customer and period; None if there is nothing to say."""
    timeline, revenue = person.timelines["subscription"], person.revenue
    first, past = periods.starts[index], periods.ends[index]
    before, after = timeline.before(first), timeline.before(past)
    paid = [day for day in revenue.net_by_date if first <= day < past]
    used = [day for day in person.active_days if first <= day < past]
    is_at_edge = before.is_active or after.is_active
    if not (is_at_edge or paid or used or _moved(timeline, first, past)):
        return None
    rates, last_day = world.rates, periods.last_day(index)
    ending = rates.value(after.amounts, last_day)
    started = timeline.first_activation
    was_ever = started is not None and started.day < first
    change = ending - rates.value(before.amounts, last_day)
    orders = Counter(first <= order.ordered_date < past for order in revenue.orders)
    # The starting MRR is the ending MRR of the period before, at the rate of then.
    starting = rates.value(before.amounts, periods.last_day(index - 1))
    return {
        "customer_id": person.customer_id,
        **periods.columns(index),
        "starting_mrr": to_decimal(starting),
        "ending_mrr": to_decimal(ending),
        "movement_type": _movement_type(before, after, change, was_ever=was_ever),
        "was_active": before.is_active,
        "is_active": after.is_active,
        "revenue_amount": to_decimal(sum(revenue.net_by_date[day] for day in paid)),
        "order_count": orders[True],
        "active_days": len(used),
    }


def customer_period_rows(world: World) -> list[Row]:
    """Rows of fct_customer_periods in the grains asked for."""
    rows: list[Row] = []
    for person in world.people:
        days = list(_known_days(person))
        if not days:
            continue
        for grain in world.policies.customer_period_grains:
            periods = Periods.covering(grain, min(days), world.policies.as_of_date)
            for index in range(len(periods)):
                row = _row(world, person, periods, index)
                if row is not None:
                    rows.append(row)
    return rows
