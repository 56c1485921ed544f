"""metrics_mrr_by_period and its segment twin."""

from __future__ import annotations

from fractions import Fraction

from second_opinion.ledger import Sums
from second_opinion.money import RATE_SCALE, ratio, to_decimal
from second_opinion.people import World
from second_opinion.periods import Periods
from second_opinion.segments import TOTAL
from second_opinion.tally import Tally
from second_opinion.trailing_year import trailing_year_rates

Row = dict[str, object]

FLOWS = (
    "new_mrr",
    "reactivation_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churned_mrr",
)


def _valued(sums: Sums, column: str, world: World, periods: Periods, at: int) -> int:
    """Sum of a column kept by currency, at the rate of the end of period `at`."""
    day = periods.last_day(at)
    return sum(
        minor * world.rates.rate(key[1], day)
        for key, minor in sums.items()
        if isinstance(key, tuple) and key[0] == column
    )


def _figures(sums: Sums, world: World, periods: Periods, index: int) -> Row:
    """Amounts and rates of one period, of the total or of a segment value."""
    starting = _valued(sums, "starting", world, periods, index - 1)
    revalued = _valued(sums, "starting", world, periods, index)
    ending = _valued(sums, "ending", world, periods, index)
    base = revalued + sums["entering_mrr"] - sums["leaving_mrr"]
    lost = sums["churned_mrr"] + sums["contraction_mrr"]
    net_lost = lost - sums["expansion_mrr"]
    if world.policies.reactivation_in_net:
        net_lost -= sums["reactivation_mrr"]
    gained = sums["new_mrr"] + sums["reactivation_mrr"] + sums["expansion_mrr"]
    customers = sums["ending_customers"]
    row: Row = {"starting_mrr": to_decimal(starting)}
    row |= {name: to_decimal(sums[name]) for name in FLOWS}
    row |= {
        "fx_impact_mrr": to_decimal(revalued - starting),
        "ending_mrr": to_decimal(ending),
        "ending_customers": customers,
        "average_revenue_per_customer": float(
            Fraction(ending, customers * 10**4 * RATE_SCALE)
        )
        if customers
        else None,
        "arr": 12 * to_decimal(ending),
        "gross_revenue_churn_rate": ratio(lost, base),
        "net_revenue_churn_rate": ratio(net_lost, base),
        "gross_revenue_retention_rate": ratio(base - lost, base),
        "net_revenue_retention_rate": ratio(base - net_lost, base),
        "quick_ratio": ratio(gained, lost),
    }
    return row


def mrr_rows(world: World, tally: Tally) -> list[Row]:
    """Rows of metrics_mrr_by_period of one grain."""
    periods = tally.periods
    trailing = trailing_year_rates(world, periods)
    return [
        periods.columns(index) | _figures(sums, world, periods, index) | trailing[index]
        for index, sums in enumerate(tally.ledgers[TOTAL].settle(len(periods)))
    ]


def mrr_segment_rows(world: World, tally: Tally) -> list[Row]:
    """Rows of metrics_mrr_by_period_and_segment: values with a customer at an edge."""
    periods, rows = tally.periods, []
    for (name, value), ledger in tally.ledgers.items():
        if not name:
            continue
        for index, sums in enumerate(ledger.settle(len(periods))):
            if not (sums["starting_customers"] or sums["ending_customers"]):
                continue
            row = periods.columns(index)
            row |= {
                "segment_name": name,
                "segment_value": value,
                "entering_mrr": to_decimal(sums["entering_mrr"]),
                "leaving_mrr": to_decimal(sums["leaving_mrr"]),
            }
            rows.append(row | _figures(sums, world, periods, index))
    return rows
