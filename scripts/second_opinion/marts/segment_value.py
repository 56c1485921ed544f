"""metrics_lifetime_value_by_segment: what a customer of a segment is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from second_opinion.costs import total
from second_opinion.first_lives import first_life
from second_opinion.life_table import Life, LifeTableRow, area, life_table
from second_opinion.marts.cohort_value import quotient
from second_opinion.marts.lifetime import reaches
from second_opinion.money import EXACT
from second_opinion.people import Person, World
from second_opinion.periods import Periods, period_start
from second_opinion.segments import SegmentKey, founding_value
from second_opinion.tally import first_day

Row = dict[str, object]

EVERYBODY = ("all", "all")
CHANNEL = "acquisition_channel"
MONTHS = 6


@dataclass(slots=True)
class Worth:
    """What the customers of one segment value did in the last complete months.

    `revenue` is exact: MRR at the ends of the months, or orders in them.
    """

    people: list[Person] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    starting: int = 0
    ending: int = 0
    churned: int = 0
    revenue: int = 0


def _add(
    worth: Worth, world: World, person: Person, basis: str, months: Periods
) -> None:
    """Add one customer over some complete months."""
    timeline = person.timelines[basis]
    for index, (first, past) in enumerate(zip(months.starts, months.ends, strict=True)):
        before, after = timeline.before(first), timeline.before(past)
        worth.starting += before.is_active
        worth.ending += after.is_active
        worth.churned += before.is_active and not after.is_active
        if basis == "subscription":
            worth.revenue += world.rates.value(after.amounts, months.last_day(index))
        elif basis == "purchase":
            worth.revenue += sum(
                order.amount
                for order in person.revenue.orders
                if first <= order.ordered_date < past
            )


def last_months(world: World, basis: str) -> Periods | None:
    """Return the last six complete months, or those there are; None for nobody."""
    day, as_of_date = first_day(world, basis), world.policies.as_of_date
    if day is None:
        return None
    known = Periods.covering("month", day, as_of_date)
    complete = [start for start in known.next_starts if start <= as_of_date]
    first = max(len(complete) - MONTHS, 0)
    return Periods(
        "month",
        as_of_date,
        known.starts[first : len(complete)],
        complete[first:],
        complete[first:],
    )


def _arpa(worth: Worth, basis: str) -> Fraction | None:
    """Monthly revenue of a customer; None where it is not known."""
    customers = worth.ending if basis == "subscription" else worth.starting
    if basis == "activity" or customers == 0:
        return None
    return Fraction(worth.revenue, customers * EXACT)


def _acquisition(
    world: World, basis: str, key: SegmentKey, people: Iterable[Person]
) -> Fraction | None:
    """Cost of one customer: of everybody, or of a channel, since its first cost."""
    name, value = key
    if key != EVERYBODY and name != CHANNEL:
        return None
    costs = [cost for cost in world.costs if key == EVERYBODY or cost.channel == value]
    spent = total(costs)
    if spent is None:
        return None
    since = period_start("month", min(cost.day for cost in costs))
    starts = [person.timelines[basis].first_activation for person in people]
    came = sum(start is not None and start.day >= since for start in starts)
    return Fraction(spent, came * EXACT) if came else None


def _reason(worth: Worth, basis: str, months: Periods) -> str | None:
    """Why ARPA is null, or stands on too little."""
    if len(months) < MONTHS:
        return "too_few_months"
    if worth.starting == 0 or (basis == "subscription" and worth.ending == 0):
        return "no_customers"
    return None


def discounted_area(rows: list[LifeTableRow], horizon: int, annual: float) -> float:
    """Area under the curve, month k worth (1 + annual)^(-k / 12)."""
    return sum(
        area(rows, month, month + 1) * float((1 + annual) ** (-month / 12))
        for month in range(horizon)
    )


def _figures(
    world: World, basis: str, key: SegmentKey, worth: Worth, months: Periods
) -> Row:
    """Columns of one segment value."""
    policies = world.policies
    horizon, rows = policies.lifetime_horizon_months, life_table(worth.lives)
    arpa, reason = _arpa(worth, basis), _reason(worth, basis, months)
    earned = None if arpa is None else arpa * Fraction(policies.gross_margin)
    rate = Fraction(worth.churned, worth.starting) if worth.starting else None
    cost = _acquisition(world, basis, key, worth.people)
    short = reason
    if reason is None and not reaches(rows, horizon):
        short = "too_few_months"
    if reason is None and worth.churned == 0:
        reason = "no_churn"
    if basis == "activity":
        reason, short = reason or "no_revenue", short or "no_revenue"
    simple = None
    if reason is None and earned is not None and rate:
        simple = earned / rate
    survival = discounted = None
    if short is None and earned is not None:
        annual = float(policies.annual_discount_rate)
        survival = float(earned) * area(rows, 0, horizon)
        discounted = float(earned) * discounted_area(rows, horizon, annual)
    return {
        "customers": len(worth.people),
        "starting_customers_6_months": worth.starting,
        "churned_customers_6_months": worth.churned,
        "average_revenue_per_customer": None if arpa is None else float(arpa),
        "gross_margin_rate": float(policies.gross_margin),
        "horizon_months": horizon,
        "customer_churn_rate": None if rate is None else float(rate),
        "simple_ltv": None if simple is None else float(simple),
        "survival_ltv": survival,
        "discounted_survival_ltv": discounted,
        "customer_acquisition_cost": None if cost is None else float(cost),
        "ltv_to_cac_ratio": quotient(simple, cost),
        "payback_months": quotient(cost, earned),
        "ltv_null_reason": reason,
        "survival_ltv_null_reason": short,
        "is_small_sample": len(worth.people) < policies.small_sample_size,
    }


def segment_value_rows(world: World, basis: str) -> list[Row]:
    """Rows of metrics_lifetime_value_by_segment of one basis."""
    months = last_months(world, basis)
    if months is None:
        return []
    worths: dict[SegmentKey, Worth] = {}
    for person in world.people:
        life = first_life(world, person, basis, "month")
        if life is None:
            continue
        names = world.policies.segment_names
        keys = [(name, founding_value(person, name, basis)) for name in names]
        for key in (EVERYBODY, *keys):
            worth = worths.setdefault(key, Worth())
            worth.people.append(person)
            worth.lives.append(life)
            _add(worth, world, person, basis, months)
    rows: list[Row] = []
    for key, worth in worths.items():
        row: Row = {"retention_basis": basis}
        row |= {"segment_name": key[0], "segment_value": key[1]}
        rows.append(row | _figures(world, basis, key, worth, months))
    return rows
