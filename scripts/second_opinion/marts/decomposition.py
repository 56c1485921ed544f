"""metrics_churn_decomposition_by_period: why the churn rate moved, by segment value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from second_opinion.ledger import Sums
from second_opinion.segments import TOTAL
from second_opinion.tally import Tally

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Base:
    """Customers at the start of one period, and how many of them churned."""

    starting: int
    churned: int

    @property
    def rate(self) -> Fraction | None:
        """Churn rate; None of nobody."""
        return Fraction(self.churned, self.starting) if self.starting else None


def _base(sums: Sums) -> Base:
    """Take the two counts of one period."""
    return Base(sums["starting_customers"], sums["churned_customers"])


def effects(
    before: Base, after: Base, total_before: Base, total_after: Base
) -> tuple[Fraction, Fraction] | None:
    """Mix and rate effect of one segment value; None where nobody was there at all.

    A value that is empty in one of the periods takes the rate of the other one.
    """
    old_total, new_total = total_before.rate, total_after.rate
    if old_total is None or new_total is None:
        return None
    old_weight = Fraction(before.starting, total_before.starting)
    new_weight = Fraction(after.starting, total_after.starting)
    rates = [rate for rate in (before.rate, after.rate) if rate is not None]
    old_rate, new_rate = rates[0], rates[-1]
    middle = (old_rate + new_rate) / 2 - (old_total + new_total) / 2
    return (
        (new_weight - old_weight) * middle,
        (new_rate - old_rate) * (old_weight + new_weight) / 2,
    )


def _number(value: Fraction | None) -> float | None:
    """Return a rate of a mart."""
    return None if value is None else float(value)


def decomposition_rows(basis: str, tally: Tally) -> list[Row]:
    """Rows of one basis and grain: values with starting customers in either period."""
    periods = tally.periods
    settled = {key: one.settle(len(periods)) for key, one in tally.ledgers.items()}
    rows: list[Row] = []
    for (name, value), sums in settled.items():
        if (name, value) == TOTAL:
            continue
        for index in range(1, len(periods)):
            before, after = _base(sums[index - 1]), _base(sums[index])
            if not (before.starting or after.starting):
                continue
            totals = [_base(settled[TOTAL][at]) for at in (index - 1, index)]
            mix, rate = effects(before, after, *totals) or (None, None)
            row: Row = {"retention_basis": basis, **periods.columns(index)}
            row |= {
                "segment_name": name,
                "segment_value": value,
                "previous_period_start_date": periods.starts[index - 1],
                "previous_starting_customers": before.starting,
                "starting_customers": after.starting,
                "previous_customer_churn_rate": _number(before.rate),
                "customer_churn_rate": _number(after.rate),
                "mix_effect": _number(mix),
                "rate_effect": _number(rate),
                "total_effect": None,
                "churn_rate_change": None,
            }
            old_total, new_total = (total.rate for total in totals)
            if mix is not None and rate is not None:
                row["total_effect"] = float(mix + rate)
            if old_total is not None and new_total is not None:
                row["churn_rate_change"] = float(new_total - old_total)
            rows.append(row)
    return rows
