"""Revenue retention over the year before every period end."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from second_opinion.ledger import Ledger
from second_opinion.money import Amounts, ratio
from second_opinion.people import World
from second_opinion.periods import Periods, add_months
from second_opinion.states import State, Timeline

Row = dict[str, object]


def trailing_year_rates(world: World, periods: Periods) -> list[Row]:
    """Both trailing-year rates of every period; its end t is `periods.ends`."""
    year_ago = [add_months(edge, -12) for edge in periods.ends]
    ledger = Ledger()
    for person in world.people:
        _book(ledger, person.timelines["subscription"], periods, year_ago)
    rows: list[Row] = []
    for index, sums in enumerate(ledger.settle(len(periods))):
        day = periods.last_day(index)
        valued = {"then": 0, "now": 0, "least": 0}
        for key, minor in sums.items():
            if isinstance(key, tuple):
                valued[key[0]] += minor * world.rates.rate(key[1], day)
        rows.append(
            {
                "trailing_year_net_revenue_retention_rate": ratio(
                    valued["now"], valued["then"]
                ),
                "trailing_year_gross_revenue_retention_rate": ratio(
                    valued["least"], valued["then"]
                ),
            }
        )
    return rows


def _book(
    ledger: Ledger, timeline: Timeline, periods: Periods, year_ago: list[date]
) -> None:
    """Book the pair (MRR a year ago, MRR at t) of one customer for all t."""
    now = _runs(timeline, periods.ends)
    then = _runs(timeline, year_ago)
    cuts = sorted({first for first, _ in now} | {first for first, _ in then})
    for position, first in enumerate(cuts):
        past = cuts[position + 1] if position + 1 < len(cuts) else len(periods)
        before = _holding(then, first)
        if not before:
            continue
        after = dict(_holding(now, first))
        for currency, minor in before:
            least = min(minor, after.get(currency, 0))
            ledger.add_run(first, past, ("then", currency), minor)
            ledger.add_run(first, past, ("least", currency), least)
        for currency, minor in after.items():
            ledger.add_run(first, past, ("now", currency), minor)


def _runs(timeline: Timeline, edges: list[date]) -> list[tuple[int, State]]:
    """Return the first edge at which each state is read, with the state."""
    return [(bisect_right(edges, step.day), step.state) for step in timeline.steps]


def _holding(runs: list[tuple[int, State]], index: int) -> Amounts:
    """MRR by currency at an edge."""
    amounts: Amounts = ()
    for first, state in runs:
        if first > index:
            break
        amounts = state.amounts
    return amounts
