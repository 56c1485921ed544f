"""Customer-level marts: movements, churns, customers and their attributes."""

from __future__ import annotations

from datetime import date

from second_opinion.attributes import (
    DIMENSION_COLUMNS,
    UNKNOWN,
    AttributeKey,
    AttributeRow,
)
from second_opinion.money import to_decimal
from second_opinion.people import Person, World
from second_opinion.states import BASES, INACTIVE, State, Step
from second_opinion.tally import kind_of, reason_of

Row = dict[str, object]


def _movement_type(before: State, after: State, change: int, *, was_ever: bool) -> str:
    """Type of a movement, decided by the state before; empty if nothing moved."""
    if not before.is_active:
        if not after.is_active:
            return ""
        return "reactivation" if was_ever else "new"
    if not after.is_active:
        return "churn"
    if change == 0:
        return ""
    return "expansion" if change > 0 else "contraction"


def _movements_of(person: Person, world: World) -> list[Row]:
    """Movements of one customer, numbered from 1; at the rate of their own month."""
    rows: list[Row] = []
    before, was_ever = INACTIVE, False
    for step in person.timelines["subscription"].steps:
        mrr_before = world.rates.value(before.amounts, step.day)
        mrr_after = world.rates.value(step.state.amounts, step.day)
        change = mrr_after - mrr_before
        kind = _movement_type(before, step.state, change, was_ever=was_ever)
        if kind:
            row: Row = {
                "customer_id": person.customer_id,
                "occurred_at": step.instant,
                "movement_number": len(rows) + 1,
                "movement_type": kind,
                "mrr_before": to_decimal(mrr_before),
                "mrr_change": to_decimal(change),
                "mrr_after": to_decimal(mrr_after),
                "plan_before": before.plan_id,
                "plan_after": step.state.plan_id,
                "reason_code": reason_of(step) if kind == "churn" else None,
            }
            rows.append(row)
        before = step.state
        was_ever = was_ever or before.is_active
    return rows


def movement_rows(world: World) -> list[Row]:
    """Rows of fct_mrr_movements."""
    return [row for person in world.people for row in _movements_of(person, world)]


def churn_rows(world: World) -> list[Row]:
    """Rows of fct_churns, of all bases."""
    rows: list[Row] = []
    for basis in BASES:
        for person in world.people:
            spans = person.timelines[basis].spans
            for position, span in enumerate(spans):
                if span.ended is None:
                    continue
                followers = spans[position + 1 : position + 2]
                lost = world.rates.value(span.last_state.amounts, span.ended.day)
                row: Row = {
                    "retention_basis": basis,
                    "customer_id": person.customer_id,
                    "churned_at": span.ended.instant,
                    "churn_kind": kind_of(span.ended, world),
                    "reason_code": reason_of(span.ended),
                    "lost_mrr": to_decimal(lost) if basis == "subscription" else None,
                    "tenure_days": (span.ended.day - span.started.day).days,
                    "returned_at": followers[0].started.instant if followers else None,
                }
                rows.append(row)
    return rows


def _last_churn(person: Person) -> Step | None:
    """Return the last subscription churn of one who is not subscribed now."""
    spans = person.timelines["subscription"].spans
    return spans[-1].ended if spans else None


def customer_rows(world: World) -> list[Row]:
    """Rows of dim_customers, the columns that depend on events."""
    rows: list[Row] = []
    today = world.policies.as_of_date
    last_day = today.fromordinal(today.toordinal() - 1)
    for person in world.people:
        states = {basis: person.timelines[basis].last_state for basis in BASES}
        churn = _last_churn(person)
        row: Row = {
            "customer_id": person.customer_id,
            "is_subscribed": states["subscription"].is_active,
            "is_purchase_active": states["purchase"].is_active,
            "is_activity_active": states["activity"].is_active,
            "churned_at": churn.instant if churn else None,
            "churn_kind": kind_of(churn, world) if churn else None,
            "churn_reason_code": reason_of(churn) if churn else None,
            "order_count": len(person.revenue.orders),
            "mrr": to_decimal(
                world.rates.value(states["subscription"].amounts, last_day)
            ),
            "lifetime_revenue": to_decimal(person.revenue.lifetime),
        }
        rows.append(row)
    return rows


def _known_attributes(world: World) -> dict[AttributeKey, list[AttributeRow]]:
    """Return the rows known at as_of_date, after those of the columns of customers.

    Channel and country are attributes too: their column holds always, or until the
    first given row.
    """
    as_of_date = world.policies.as_of_date
    known: dict[AttributeKey, list[AttributeRow]] = {}
    for key, given in world.attributes.items():
        rows = [
            row
            for row in given
            if row.valid_from is None or world.zone.date_of(row.valid_from) < as_of_date
        ]
        known[key] = rows
    for person in world.people:
        customer = world.customers.get(person.customer_id)
        if customer is None:
            continue
        for name in DIMENSION_COLUMNS:
            rows = known.setdefault((person.customer_id, name), [])
            if not any(row.valid_from is None for row in rows):
                value = getattr(customer, name) or UNKNOWN
                rows.insert(0, AttributeRow(None, value))
    return known


def attribute_rows(world: World) -> list[Row]:
    """Rows of dim_customer_attributes, merges followed."""
    rows: list[Row] = []
    for (customer_id, name), known in _known_attributes(world).items():
        for position, one in enumerate(known):
            followers = known[position + 1 : position + 2]
            row: Row = {
                "customer_id": customer_id,
                "attribute_name": name,
                "valid_from": one.valid_from,
                "attribute_value": one.value,
                "next_valid_from": followers[0].valid_from if followers else None,
            }
            rows.append(row)
    return rows


def order_rows(world: World) -> list[Row]:
    """Rows of fct_orders, of customers."""
    rows: list[Row] = []
    for person in world.people:
        previous: date | None = None
        for number, order in enumerate(person.revenue.orders, start=1):
            days = None if previous is None else (order.ordered_date - previous).days
            row: Row = {
                "customer_id": person.customer_id,
                "order_id": order.order_id,
                "ordered_at": order.ordered_at,
                "order_number": number,
                "amount": to_decimal(order.amount),
                "refunded_amount": to_decimal(order.refunded_amount),
                "days_since_previous_order": days,
            }
            rows.append(row)
            previous = order.ordered_date
    return rows
