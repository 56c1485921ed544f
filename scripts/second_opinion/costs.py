"""What acquisition cost, in the reporting currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from second_opinion.money import MINOR, RateBook
from second_opinion.policies import Policies
from second_opinion.raw_rows import AcquisitionCost, newest_versions


@dataclass(frozen=True, slots=True)
class Cost:
    """Money spent on one day on one channel, exact."""

    day: date
    channel: str
    amount: int


def known_costs(
    rows: Iterable[AcquisitionCost], policies: Policies, rates: RateBook
) -> list[Cost]:
    """Costs of days before `as_of_date`, each at the rate of its month.

    A missing currency is the reporting currency, in the key of a row too.
    """
    keyed: list[tuple[object, AcquisitionCost]] = []
    for row in rows:
        currency = row.currency or policies.reporting_currency
        keyed.append(((row.cost_date, row.acquisition_channel, currency), row))
    found = []
    for row in newest_versions(keyed):
        if row.cost_date < policies.as_of_date:
            currency = row.currency or policies.reporting_currency
            amount = int(row.amount * MINOR) * rates.rate(currency, row.cost_date)
            found.append(Cost(row.cost_date, row.acquisition_channel, amount))
    return found


def total(costs: Iterable[Cost]) -> int | None:
    """Sum of costs, exact; None without any: unknown is not zero."""
    amounts = [cost.amount for cost in costs]
    return sum(amounts) if amounts else None
