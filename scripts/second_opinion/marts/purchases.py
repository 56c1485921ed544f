"""metrics_repeat_purchase_by_period and metrics_revenue_concentration_by_period."""

from __future__ import annotations

from collections import defaultdict

from second_opinion.ledger import Ledger, Sums
from second_opinion.money import EXACT, rate_with_interval, ratio, to_decimal
from second_opinion.people import Person, World
from second_opinion.periods import GRAINS, Periods

Row = dict[str, object]

SHARES = (1, 10, 20, 50)


def _book_buyer(ledger: Ledger, person: Person, periods: Periods) -> None:
    """Book the orders and refunds of one customer."""
    counts: dict[int, int] = defaultdict(int)
    for number, order in enumerate(person.revenue.orders, start=1):
        index = periods.index_of(order.ordered_date)
        counts[index] += 1
        ledger.add(index, "orders")
        ledger.add(index, "revenue", order.amount)
        ledger.add(
            index,
            "first_order_revenue" if number == 1 else "repeat_revenue",
            order.amount,
        )
        if number == 1:
            ledger.add(index, "new_buyers")
            ledger.add_run(index, len(periods), "lifetime_buyers")
        elif number == 2:  # noqa: PLR2004
            ledger.add_run(index, len(periods), "lifetime_repeat_buyers")
    for index, count in counts.items():
        ledger.add(index, "buyers")
        ledger.add(index, "repeat_buyers", int(count > 1))
    for day, amount in person.revenue.purchase_refunds_by_date.items():
        ledger.add(periods.index_of(day), "refunded", amount)


def _figures(sums: Sums) -> Row:
    """Columns of one period."""
    buyers, orders, ever = sums["buyers"], sums["orders"], sums["lifetime_buyers"]
    value = ratio(sums["revenue"], orders * EXACT)
    row: Row = {
        "buyers": buyers,
        "repeat_buyers": sums["repeat_buyers"],
        "new_buyers": sums["new_buyers"],
        "returning_buyers": buyers - sums["new_buyers"],
        "orders": orders,
        "revenue_amount": to_decimal(sums["revenue"]),
        "refunded_amount": to_decimal(sums["refunded"]),
        "guest_orders": sums["guest_orders"],
        "guest_revenue_amount": to_decimal(sums["guest_revenue"]),
        "average_order_value": value,
        "first_order_revenue": to_decimal(sums["first_order_revenue"]),
        "repeat_order_revenue": to_decimal(sums["repeat_revenue"]),
        "lifetime_buyers": ever,
        "lifetime_repeat_buyers": sums["lifetime_repeat_buyers"],
    }
    row |= rate_with_interval("repeat_purchase_rate", sums["repeat_buyers"], buyers)
    return row | rate_with_interval(
        "lifetime_repeat_purchase_rate", sums["lifetime_repeat_buyers"], ever
    )


def repeat_purchase_rows(world: World) -> list[Row]:
    """Rows of metrics_repeat_purchase_by_period, from the first order on."""
    buyers = [person for person in world.people if person.revenue.orders]
    if not buyers:
        return []
    first_day = min(person.revenue.orders[0].ordered_date for person in buyers)
    rows: list[Row] = []
    for grain in GRAINS:
        periods = Periods.covering(grain, first_day, world.policies.as_of_date)
        ledger = Ledger()
        for person in world.people:
            _book_buyer(ledger, person, periods)
        for order in world.guests.orders:
            index = periods.index_of(order.ordered_date)
            ledger.add(index, "guest_orders")
            ledger.add(index, "guest_revenue", order.amount)
        for index, sums in enumerate(ledger.settle(len(periods))):
            rows.append(periods.columns(index) | _figures(sums))
    return rows


def concentration_rows(world: World) -> list[Row]:
    """Rows of metrics_revenue_concentration_by_period, from the first revenue on."""
    days = [day for person in world.people for day in person.revenue.net_by_date]
    if not days:
        return []
    rows: list[Row] = []
    for grain in GRAINS:
        periods = Periods.covering(grain, min(days), world.policies.as_of_date)
        paid: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for person in world.people:
            for day, amount in person.revenue.net_by_date.items():
                paid[periods.index_of(day)][person.customer_id] += amount
        for index in range(len(periods)):
            rows.append(periods.columns(index) | _concentration(paid[index]))
    return rows


def _concentration(paid: dict[str, int]) -> Row:
    """Columns of one period from net revenue by customer, exact."""
    ranked = sorted(
        ((customer_id, amount) for customer_id, amount in paid.items() if amount > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )
    amounts = [amount for _, amount in ranked]
    count, total = len(amounts), sum(amounts)
    row: Row = {"customers": count, "revenue_amount": to_decimal(total)}
    for share in SHARES:
        top = -(-count * share // 100)
        row[f"top_{share}_percent_customers"] = top
        row[f"top_{share}_percent_revenue_share"] = ratio(sum(amounts[:top]), total)
    running, needed = 0, 0
    while running * 100 < total * 80:
        running += amounts[needed]
        needed += 1
    row["customers_for_80_percent"] = needed
    weighted = sum(
        (2 * rank - count - 1) * amount
        for rank, amount in enumerate(reversed(amounts), start=1)
    )
    row["gini_ratio"] = ratio(weighted, count * total)
    return row
