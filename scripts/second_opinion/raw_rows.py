"""Raw rows as plain data: one dataclass per raw table, fields named as its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

FIRST_LOAD = "load_0001"
FIRST_LOADED_AT = datetime(2024, 7, 15)  # naive UTC, like all raw

# The order of the types in the contract: ties at one instant are read in it.
SUBSCRIPTION_EVENT_TYPES = (
    "trial_started",
    "started",
    "changed",
    "renewed",
    "paused",
    "resumed",
    "past_due",
    "recovered",
    "cancel_requested",
    "ended",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRow:
    """What every raw row carries; instants are naive UTC."""

    recorded_at: datetime | None = None
    load_id: str = FIRST_LOAD
    loaded_at: datetime = FIRST_LOADED_AT


Row = TypeVar("Row", bound=LoadedRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(LoadedRow):
    """One row of `raw.customers`."""

    customer_id: str
    signed_up_at: datetime | None = None
    email: str | None = None
    full_name: str | None = None
    acquisition_channel: str | None = None
    country: str | None = None
    merged_into_customer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAttribute(LoadedRow):
    """One row of `raw.customer_attributes`."""

    customer_id: str
    attribute_name: str
    attribute_value: str | None = None
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEvent(LoadedRow):
    """One row of `raw.subscription_events`; amounts in units of `currency`."""

    event_id: str
    customer_id: str
    subscription_id: str
    event_type: str
    occurred_at: datetime
    plan_id: str | None = None
    billing_interval: str | None = None
    interval_count: int | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    discount_amount: Decimal | None = None
    currency: str | None = None
    current_period_end: datetime | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueEvent(LoadedRow):
    """One row of `raw.revenue_events`; `amount` is 0 or more, in `currency`."""

    event_id: str
    customer_id: str | None = None
    event_type: str
    occurred_at: datetime
    amount: Decimal
    currency: str | None = None
    order_id: str | None = None
    subscription_id: str | None = None
    product_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEvent(LoadedRow):
    """One row of `raw.activity_events`."""

    customer_id: str
    event_name: str
    occurred_at: datetime
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResponse(LoadedRow):
    """One row of `raw.survey_responses`."""

    response_id: str
    customer_id: str
    survey_type: str
    responded_at: datetime
    score: Decimal | None = None
    reason_code: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate(LoadedRow):
    """One row of `raw.exchange_rates`: reporting currency for one unit."""

    rate_date: date
    currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionCost(LoadedRow):
    """One row of `raw.acquisition_costs`; `amount` is 0 or more, in `currency`."""

    cost_date: date
    acquisition_channel: str
    amount: Decimal
    currency: str | None = None


@dataclass(slots=True, kw_only=True)
class RawData:
    """All raw rows of loads with status `loaded`, every stored version of each."""

    customers: list[Customer] = field(default_factory=list)
    customer_attributes: list[CustomerAttribute] = field(default_factory=list)
    subscription_events: list[SubscriptionEvent] = field(default_factory=list)
    revenue_events: list[RevenueEvent] = field(default_factory=list)
    activity_events: list[ActivityEvent] = field(default_factory=list)
    survey_responses: list[SurveyResponse] = field(default_factory=list)
    exchange_rates: list[ExchangeRate] = field(default_factory=list)
    acquisition_costs: list[AcquisitionCost] = field(default_factory=list)


def _is_newer(one: LoadedRow, other: LoadedRow) -> bool:
    """Whether `one` is read instead of `other`, a row with the same key."""
    one_at = one.recorded_at or one.loaded_at
    other_at = other.recorded_at or other.loaded_at
    return (one_at, one.load_id) > (other_at, other.load_id)


def newest_versions(keyed: list[tuple[object, Row]]) -> list[Row]:
    """Keep of each key the row recorded (else loaded) last; ties: later load_id."""
    newest: dict[object, Row] = {}
    for key, row in keyed:
        if key not in newest or _is_newer(row, newest[key]):
            newest[key] = row
    return list(newest.values())


def _activity_key(event: ActivityEvent) -> object:
    """Identity of an activity event: its id, or else its whole content."""
    if event.event_id is not None:
        return event.event_id
    return (event.customer_id, event.event_name, event.occurred_at, event.recorded_at)


def current_rows(raw: RawData) -> RawData:
    """Return the raw rows that are read: of each key only its newest version."""
    return RawData(
        customers=newest_versions([(row.customer_id, row) for row in raw.customers]),
        customer_attributes=newest_versions(
            [
                ((row.customer_id, row.attribute_name, row.valid_from), row)
                for row in raw.customer_attributes
            ]
        ),
        subscription_events=newest_versions(
            [(row.event_id, row) for row in raw.subscription_events]
        ),
        revenue_events=newest_versions(
            [(row.event_id, row) for row in raw.revenue_events]
        ),
        activity_events=newest_versions(
            [(_activity_key(row), row) for row in raw.activity_events]
        ),
        survey_responses=newest_versions(
            [(row.response_id, row) for row in raw.survey_responses]
        ),
        exchange_rates=newest_versions(
            [((row.rate_date, row.currency), row) for row in raw.exchange_rates]
        ),
        acquisition_costs=newest_versions(
            [
                ((row.cost_date, row.acquisition_channel, row.currency), row)
                for row in raw.acquisition_costs
            ]
        ),
    )
