"""metrics_retention_by_cohort and its segment twin."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from second_opinion.ledger import Ledger, Sums
from second_opinion.money import ratio, to_decimal, wilson
from second_opinion.people import Person, World
from second_opinion.periods import Periods
from second_opinion.segments import TOTAL, SegmentKey, founding_value

Row = dict[str, object]


@dataclass(slots=True)
class Cohort:
    """Customers of one segment value who began in one period."""

    customers: int = 0
    ledger: Ledger = field(default_factory=Ledger)  # by number of the period


def _book(cohort: Cohort, person: Person, basis: str, periods: Periods) -> None:
    """Book one customer's whole history into its cohort."""
    cohort.customers += 1
    ledger, timeline = cohort.ledger, person.timelines[basis]
    firsts = [bisect_right(periods.ends, step.day) for step in timeline.steps]
    firsts.append(len(periods))
    for position, step in enumerate(timeline.steps):
        if not step.state.is_active:
            continue
        first, past = firsts[position], firsts[position + 1]
        ledger.add_run(first, past, "retained_customers")
        for currency, minor in step.state.amounts:
            ledger.add_run(first, past, ("retained", currency), minor)
    for day, amount in person.revenue.net_by_date.items():
        index = periods.index_of(day)
        if index >= 0:
            ledger.add(index, "cohort_revenue", amount)
    for index in {periods.index_of(day) for day in _return_days(person, basis)}:
        ledger.add(index, "returning_customers")


def _return_days(person: Person, basis: str) -> Iterable[date]:
    """Days with an order or a counted event; none on the subscription basis."""
    if basis == "purchase":
        return {order.ordered_date for order in person.revenue.orders}
    return person.active_days if basis == "activity" else ()


def _cohorts(
    world: World, basis: str, periods: Periods
) -> dict[tuple[SegmentKey, int], Cohort]:
    """Cohorts by segment value and number of the first period."""
    cohorts: dict[tuple[SegmentKey, int], Cohort] = defaultdict(Cohort)
    for person in world.people:
        started = person.timelines[basis].first_activation
        if started is None:
            continue
        founded = periods.index_of(started.day)
        keys = [TOTAL]
        for name in world.policies.segment_names:
            keys.append((name, founding_value(person, name, basis)))
        for key in keys:
            _book(cohorts[key, founded], person, basis, periods)
    return cohorts


def _retained_mrr(sums: Sums, world: World, day: date) -> int:
    """MRR of the retained at the rate of a day's month, exact."""
    return sum(
        minor * world.rates.rate(key[1], day)
        for key, minor in sums.items()
        if isinstance(key, tuple)
    )


def _cells(
    world: World, basis: str, periods: Periods, founded: int, cohort: Cohort
) -> list[Row]:
    """Rows of one cohort, one for each period from its own on."""
    rows: list[Row] = []
    settled = cohort.ledger.settle(len(periods))
    cohort_mrr, cumulative = 0, 0
    has_mrr, size = basis == "subscription", cohort.customers
    for index in range(founded, len(periods)):
        sums = settled[index]
        mrr = _retained_mrr(sums, world, periods.last_day(index))
        cohort_mrr = mrr if index == founded else cohort_mrr
        cumulative += sums["cohort_revenue"]
        retained = sums["retained_customers"]
        returning = None if has_mrr else sums["returning_customers"]
        low, high = wilson(retained, size)
        back = (None, None) if returning is None else wilson(returning, size)
        row: Row = {
            "retention_basis": basis,
            "period_grain": periods.grain,
            "cohort_start_date": periods.starts[founded],
            "period_number": index - founded,
            "is_complete": periods.next_starts[index] <= periods.as_of_date,
            "cohort_customers": size,
            "retained_customers": retained,
            "retention_rate": ratio(retained, size),
            "retention_rate_low": low,
            "retention_rate_high": high,
            "returning_customers": returning,
            "return_rate": None if returning is None else ratio(returning, size),
            "return_rate_low": back[0],
            "return_rate_high": back[1],
            "cohort_mrr": to_decimal(cohort_mrr) if has_mrr else None,
            "retained_mrr": to_decimal(mrr) if has_mrr else None,
            "revenue_retention_rate": ratio(mrr, cohort_mrr) if has_mrr else None,
            "cohort_revenue": to_decimal(sums["cohort_revenue"]),
            "cumulative_revenue": to_decimal(cumulative),
        }
        rows.append(row)
    return rows


def cohort_rows(
    world: World, basis: str, periods: Periods
) -> tuple[list[Row], list[Row]]:
    """Rows of metrics_retention_by_cohort and of its segment twin."""
    totals: list[Row] = []
    twins: list[Row] = []
    for (key, founded), cohort in _cohorts(world, basis, periods).items():
        cells = _cells(world, basis, periods, founded, cohort)
        if key == TOTAL:
            totals += cells
        else:
            names: Row = {"segment_name": key[0], "segment_value": key[1]}
            twins += [cell | names for cell in cells]
    return totals, twins
