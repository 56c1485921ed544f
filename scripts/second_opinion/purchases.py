"""Orders, refunds and net revenue of customers, from revenue events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from second_opinion.money import MINOR, RateBook
from second_opinion.policies import Policies
from second_opinion.raw_rows import RevenueEvent
from second_opinion.time_zone import ReportingZone

BACK = ("refund", "chargeback")


@dataclass(frozen=True, slots=True)
class Order:
    """One order; amounts exact (10^-14 of the reporting currency)."""

    order_id: str
    ordered_at: datetime
    ordered_date: date
    amount: int
    refunded_amount: int


@dataclass(slots=True)
class Revenue:
    """What one customer (or all guests) paid; dates of the reporting zone."""

    orders: list[Order]  # by instant, then order_id
    net_by_date: dict[date, int]  # payments less refunds and chargebacks
    purchase_refunds_by_date: dict[date, int]  # of orders, not of subscriptions

    @property
    def lifetime(self) -> int:
        """Net revenue of all known history, exact."""
        return sum(self.net_by_date.values())


def exact_amount(
    event: RevenueEvent, day: date, policies: Policies, rates: RateBook
) -> int:
    """Amount of an event at the rate of its month, exact."""
    minor = int(event.amount * MINOR)
    return minor * rates.rate(event.currency or policies.reporting_currency, day)


def read_revenue(
    events: Iterable[RevenueEvent],
    policies: Policies,
    zone: ReportingZone,
    rates: RateBook,
) -> Revenue:
    """Orders and net revenue of one customer from its known events."""
    paid: dict[tuple[bool, str], list[tuple[datetime, int]]] = defaultdict(list)
    refunded: dict[str, int] = defaultdict(int)
    net: dict[date, int] = defaultdict(int)
    refunds_by_date: dict[date, int] = defaultdict(int)
    for event in events:
        day = zone.date_of(event.occurred_at)
        if event.event_type == "payment":
            amount = exact_amount(event, day, policies, rates)
            net[day] += amount
            if not event.subscription_id:
                key = (bool(event.order_id), event.order_id or event.event_id)
                paid[key].append((event.occurred_at, amount))
        elif event.event_type in BACK:
            amount = exact_amount(event, day, policies, rates)
            net[day] -= amount
            if event.order_id:
                refunded[event.order_id] += amount
            if not event.subscription_id:
                refunds_by_date[day] += amount
    orders = []
    for (_, order_id), payments in paid.items():
        ordered_at = min(instant for instant, _ in payments)
        amount = sum(amount for _, amount in payments)
        day = zone.date_of(ordered_at)
        back = refunded.get(order_id, 0)
        orders.append(Order(order_id, ordered_at, day, amount, back))
    orders.sort(key=lambda order: (order.ordered_at, order.order_id))
    return Revenue(orders, dict(net), dict(refunds_by_date))
