"""Everything known about each surviving customer, gathered from the raw rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from second_opinion.answers import Answer, answers_by_survey
from second_opinion.attributes import (
    AttributeKey,
    AttributeRow,
    AttributeTrack,
    attribute_rows,
    segment_tracks,
)
from second_opinion.costs import Cost, known_costs
from second_opinion.identity import Survivors
from second_opinion.money import RateBook
from second_opinion.policies import Policies
from second_opinion.purchases import Revenue, read_revenue
from second_opinion.raw_rows import Customer, RawData, RevenueEvent, SubscriptionEvent
from second_opinion.raw_rows import current_rows as newest_rows
from second_opinion.states import Timeline
from second_opinion.subscription_basis import subscription_timeline
from second_opinion.subscription_replay import replays
from second_opinion.time_zone import ReportingZone
from second_opinion.trials import Trials, trials_of
from second_opinion.windowed_basis import windowed_timeline

PLAN = "plan_id"


@dataclass(slots=True)
class Person:
    """One surviving customer."""

    customer_id: str
    timelines: dict[str, Timeline]  # by basis
    trials: Trials
    tracks: dict[str, AttributeTrack]  # by segment name, plan excluded
    revenue: Revenue
    active_at: list[datetime]  # counted activity events, UTC, in order
    active_days: set[date]  # their dates in the reporting zone


@dataclass(slots=True)
class World:
    """All that the marts are computed from."""

    policies: Policies
    zone: ReportingZone
    rates: RateBook
    people: list[Person]  # by customer_id
    guests: Revenue
    customers: dict[str, Customer]  # listed ones, by customer_id
    attributes: dict[AttributeKey, list[AttributeRow]]
    answers: dict[str, list[Answer]]  # by type of survey, in order
    costs: list[Cost]


def build_world(raw: RawData, policies: Policies) -> World:
    """Replay all raw rows into people; events from `as_of_date` on are not known."""
    zone = ReportingZone(policies.reporting_timezone)
    rows = newest_rows(raw)
    rates = RateBook(
        rows.exchange_rates,
        policies.reporting_currency,
        policies.fx_policy,
        policies.as_of_date,
    )
    survivors = Survivors(rows.customers)

    def is_known(instant: datetime) -> bool:
        return zone.date_of(instant) < policies.as_of_date

    subscriptions: dict[str, list[SubscriptionEvent]] = defaultdict(list)
    for event in rows.subscription_events:
        if is_known(event.occurred_at):
            subscriptions[survivors.of(event.customer_id)].append(event)
    revenue: dict[str, list[RevenueEvent]] = defaultdict(list)
    guest_events: list[RevenueEvent] = []
    for paid in rows.revenue_events:
        if not is_known(paid.occurred_at):
            continue
        if paid.customer_id:
            revenue[survivors.of(paid.customer_id)].append(paid)
        else:
            guest_events.append(paid)
    counted = policies.counted_activity_events
    activity: dict[str, list[datetime]] = defaultdict(list)
    seen = set()
    for used in rows.activity_events:
        if is_known(used.occurred_at):
            seen.add(survivors.of(used.customer_id))
            if counted is None or used.event_name in counted:
                activity[survivors.of(used.customer_id)].append(used.occurred_at)
    customers = {row.customer_id: row for row in rows.customers}
    seen.update(survivors.of(customer_id) for customer_id in customers)
    seen.update(subscriptions, revenue)
    attributes = attribute_rows(
        rows.customer_attributes, survivors, policies.personal_attributes
    )
    names = [name for name in policies.segment_names if name != PLAN]
    people = []
    for customer_id in sorted(seen):
        paid_by = read_revenue(revenue.get(customer_id, ()), policies, zone, rates)
        active_at = sorted(activity.get(customer_id, ()))
        replayed = replays(subscriptions.get(customer_id, ()), policies, zone)
        timelines = {
            "subscription": subscription_timeline(replayed, policies, zone, rates),
            "purchase": _windowed(
                (order.ordered_at for order in paid_by.orders),
                policies.purchase_inactivity_days,
                policies,
                zone,
            ),
            "activity": _windowed(
                active_at, policies.activity_inactivity_days, policies, zone
            ),
        }
        tracks = segment_tracks(
            customers.get(customer_id), customer_id, names, attributes, zone
        )
        days = {zone.date_of(instant) for instant in active_at}
        trials = trials_of(replayed.values())
        people.append(
            Person(customer_id, timelines, trials, tracks, paid_by, active_at, days)
        )
    guests = read_revenue(guest_events, policies, zone, rates)
    answers = answers_by_survey(
        rows.survey_responses, survivors, zone, policies.as_of_date
    )
    costs = known_costs(rows.acquisition_costs, policies, rates)
    return World(
        policies, zone, rates, people, guests, customers, attributes, answers, costs
    )


def _windowed(
    instants: Iterable[datetime], days: int, policies: Policies, zone: ReportingZone
) -> Timeline:
    """Timeline of one of the two bases with a window."""
    return windowed_timeline(instants, days, policies.as_of_date, zone)
