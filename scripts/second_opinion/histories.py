"""Hypothesis strategies: adversarial histories of a few customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from second_opinion.batching import batch
from second_opinion.moments import CURRENCIES, exchange_rates, pools
from second_opinion.policy_draws import policies
from second_opinion.raw_rows import (
    FIRST_LOADED_AT,
    SUBSCRIPTION_EVENT_TYPES,
    ActivityEvent,
    Customer,
    CustomerAttribute,
    RawData,
    RevenueEvent,
    SubscriptionEvent,
)
from second_opinion.voice_draws import acquisition_costs, answers

__all__ = ["batch", "exchange_rates", "histories", "policies"]

CUSTOMERS = ("c0", "c1", "c2", "c3")
SUBSCRIPTIONS = ("s1", "s2", "s3")
FREQUENT = ("started", "started", "ended", "cancel_requested", "recovered", "ended")
REASONS = (None, "", "too_expensive", "payment_failed", "past_due", "never_listed")
PRICES = ("10", "10", "0", "19.99", "100", "1200", "0.0001", "33.3333")
SECOND_LOAD = "load_0002"
SECOND_LOADED_AT = FIRST_LOADED_AT + timedelta(days=1)


def _amount(values: Sequence[str | None]) -> st.SearchStrategy[Decimal | None]:
    """Draw one of some amounts, or none."""
    return st.sampled_from([None if one is None else Decimal(one) for one in values])


@st.composite
def _subscription_event(
    draw: st.DrawFn, pool: list[datetime], owners: list[tuple[str, str]], kind: str
) -> SubscriptionEvent:
    """Draw one event of a type for one of the owners; its id is given later.

    An owner is a customer and the name of one of its subscriptions.
    """
    customer_id, subscription_id = draw(st.sampled_from(owners))
    event = SubscriptionEvent(
        event_id="",
        customer_id=customer_id,
        subscription_id=subscription_id,
        event_type=kind,
        occurred_at=draw(st.sampled_from(pool)),
        reason_code=draw(st.sampled_from(REASONS)) or None,
    )
    if kind == "cancel_requested":
        ends = draw(st.one_of(st.none(), st.sampled_from(pool)))
        return replace(event, current_period_end=ends)
    if kind not in ("started", "changed"):
        return event
    return replace(
        event,
        plan_id=draw(st.sampled_from((None, "basic", "pro", "pro"))),
        billing_interval=draw(
            st.sampled_from(("month", "month", "year", "week", "day", "quarter"))
        ),
        interval_count=draw(st.sampled_from((None, 1, 2, 3))),
        quantity=draw(_amount((None, "1", "2.5", "3"))),
        unit_amount=draw(_amount(PRICES)),
        discount_amount=draw(_amount((None, None, "0", "10", "5.5"))),
        currency=draw(st.sampled_from((None, *CURRENCIES))),
    )


@st.composite
def _revenue_event(draw: st.DrawFn, pool: list[datetime]) -> RevenueEvent:
    """Draw one payment, refund, chargeback or failure; its id is given later."""
    kinds = ("payment", "payment", "payment", "refund", "chargeback", "payment_failed")
    return RevenueEvent(
        event_id="",
        customer_id=draw(st.sampled_from((None, *CUSTOMERS))),
        event_type=draw(st.sampled_from(kinds)),
        occurred_at=draw(st.sampled_from(pool)),
        amount=draw(_amount(PRICES)) or Decimal(0),
        currency=draw(st.sampled_from((None, *CURRENCIES))),
        order_id=draw(st.sampled_from((None, None, "o1", "o2"))),
        subscription_id=draw(st.sampled_from((None, None, None, "s1"))),
    )


@st.composite
def _people(draw: st.DrawFn, pool: list[datetime]) -> RawData:
    """Draw customers (some unlisted, some merged, circles too) and attributes."""
    raw = RawData()
    listed = draw(st.lists(st.sampled_from(CUSTOMERS), unique=True))
    into = st.sampled_from((None, None, None, *CUSTOMERS, "ghost"))
    channels = st.sampled_from((None, "", "ads", "organic"))
    for customer_id in listed:
        row = Customer(
            customer_id=customer_id,
            signed_up_at=draw(st.sampled_from(pool)),
            acquisition_channel=draw(channels) or None,
            country=draw(st.sampled_from((None, "DE", "IN"))),
            merged_into_customer_id=draw(into),
            load_id=SECOND_LOAD,
            loaded_at=SECOND_LOADED_AT,
        )
        raw.customers.append(row)
        if draw(st.booleans()):
            older = {"load_id": "load_0001", "loaded_at": FIRST_LOADED_AT}
            raw.customers.append(replace(row, country="XX", **older))  # type: ignore[arg-type]
    attributes = st.tuples(
        st.sampled_from(CUSTOMERS),
        st.sampled_from(("size", "size", "country", "acquisition_channel")),
        st.one_of(st.none(), st.sampled_from(pool)),
    )
    for customer_id, name, valid_from in draw(
        st.lists(attributes, max_size=6, unique=True)
    ):
        value = draw(st.sampled_from((None, "small", "large")))
        raw.customer_attributes.append(
            CustomerAttribute(
                customer_id=customer_id,
                attribute_name=name,
                attribute_value=value,
                valid_from=valid_from,
            )
        )
    return raw


@st.composite
def _lives(
    draw: st.DrawFn, pool: list[datetime], max_events: int
) -> list[SubscriptionEvent]:
    """Draw events of a few subscriptions, so many of each that they interact."""
    owner = st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(SUBSCRIPTIONS))
    owners = draw(st.lists(owner, min_size=1, max_size=4, unique=True))
    kinds = st.sampled_from(SUBSCRIPTION_EVENT_TYPES + FREQUENT)
    count = draw(st.integers(len(owners), max_events))
    events = [
        draw(_subscription_event(pool, owners, draw(kinds))) for _ in range(count)
    ]
    beginnings = sorted(pool)[:2]
    for one in owners:
        if draw(st.integers(0, 4)):
            events.append(draw(_subscription_event(beginnings, [one], "started")))
        if not draw(st.integers(0, 2)):
            trial = draw(_subscription_event(beginnings, [one], "trial_started"))
            events.append(trial)
    return events


@st.composite
def histories(draw: st.DrawFn, max_events: int = 16) -> RawData:
    """Draw the raw rows of one to four customers, with corrections and repeats.

    Args:
        draw: Given by hypothesis.
        max_events: The most subscription events of a history.

    """
    pool = draw(pools())
    raw = draw(_people(pool))
    raw.exchange_rates = draw(exchange_rates())
    events = draw(_lives(pool, max_events))
    payments = draw(st.lists(_revenue_event(pool), max_size=8))
    # Ids in an order of their own: they break ties ("e10" comes before "e9").
    numbers = draw(st.permutations(range(len(events) + len(payments))))
    for number, event in zip(numbers, events, strict=False):
        row = replace(event, event_id=f"e{number}")
        raw.subscription_events.append(row)
        if draw(st.integers(0, 5)) == 0:
            # A correction: only a later, given recorded_at replaces an event.
            raw.subscription_events[-1] = replace(
                row,
                recorded_at=SECOND_LOADED_AT,
                load_id=SECOND_LOAD,
                loaded_at=SECOND_LOADED_AT,
            )
            stale = replace(row, occurred_at=draw(st.sampled_from(pool)))
            given = draw(st.sampled_from((None, FIRST_LOADED_AT)))
            raw.subscription_events.append(replace(stale, recorded_at=given))
    for number, payment in zip(numbers[len(events) :], payments, strict=True):
        raw.revenue_events.append(replace(payment, event_id=f"e{number}"))
    for instant in draw(st.lists(st.sampled_from(pool), max_size=6)):
        used = ActivityEvent(
            customer_id=draw(st.sampled_from(CUSTOMERS)),
            event_name=draw(st.sampled_from(("login", "login", "export"))),
            occurred_at=instant,
        )
        raw.activity_events += [used] * draw(st.integers(1, 2))
    raw.survey_responses = draw(answers(pool, CUSTOMERS))
    raw.acquisition_costs = draw(acquisition_costs(pool))
    return raw
