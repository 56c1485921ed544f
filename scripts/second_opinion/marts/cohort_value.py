"""metrics_lifetime_value_by_cohort: what a cohort has brought, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from second_opinion.costs import total
from second_opinion.money import EXACT, to_decimal
from second_opinion.people import World
from second_opinion.periods import MONTHS_OF, Periods

Row = dict[str, object]


def quotient(numerator: Fraction | None, denominator: Fraction | None) -> float | None:
    """Quotient of a mart; null where a part is unknown, or the divisor is 0."""
    if numerator is None or not denominator:
        return None
    return float(numerator / denominator)


def _revenue(world: World, basis: str, periods: Periods) -> dict[int, list[list[int]]]:
    """By first period of a cohort: net revenue in every period, one list a customer."""
    found: dict[int, list[list[int]]] = defaultdict(list)
    for person in world.people:
        started = person.timelines[basis].first_activation
        if started is None:
            continue
        founded = periods.index_of(started.day)
        paid = [0] * len(periods)
        for day, amount in person.revenue.net_by_date.items():
            index = periods.index_of(day)
            if index >= founded:
                paid[index] += amount
        found[founded].append(paid)
    return found


def cohort_value_rows(world: World, basis: str, periods: Periods) -> list[Row]:
    """Rows of metrics_lifetime_value_by_cohort of one basis and grain."""
    margin = Fraction(world.policies.gross_margin)
    rows: list[Row] = []
    for founded, cohort in _revenue(world, basis, periods).items():
        first, past = periods.starts[founded], periods.ends[founded]
        cost = total(one for one in world.costs if first <= one.day < past)
        size = len(cohort)
        cumulative, payback = 0, None
        acquisition = None if cost is None else Fraction(cost, size * EXACT)
        for index in range(founded, len(periods)):
            cumulative += sum(paid[index] for paid in cohort)
            realised = Fraction(cumulative, size * EXACT)
            age = index - founded
            if payback is None and cost is not None and cumulative * margin >= cost:
                payback = float((age + 1) * MONTHS_OF[periods.grain])
            row: Row = {
                "retention_basis": basis,
                "period_grain": periods.grain,
                "cohort_start_date": first,
                "period_number": age,
                "is_complete": periods.next_starts[index] <= periods.as_of_date,
                "cohort_customers": size,
                "cumulative_revenue": to_decimal(cumulative),
                "realised_ltv": float(realised),
                "realised_margin_ltv": float(realised * margin),
                "acquisition_cost_amount": None if cost is None else to_decimal(cost),
                "customer_acquisition_cost": None
                if acquisition is None
                else float(acquisition),
                "ltv_to_cac_ratio": quotient(realised * margin, acquisition),
                "payback_months": payback,
            }
            rows.append(row)
    return rows
