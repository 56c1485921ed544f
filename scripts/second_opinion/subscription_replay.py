"""Replays the events of one subscription, and the deadlines that pass between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from second_opinion.policies import Policies
from second_opinion.raw_rows import SubscriptionEvent
from second_opinion.subscription_life import (
    SubscriptionLife,
    SubscriptionState,
    reading_order,
)
from second_opinion.time_zone import ReportingZone


def _next_end(events: list[SubscriptionEvent], position: int) -> str | None:
    """Type of the first `started` or `ended` from a position on."""
    for event in events[position:]:
        if event.event_type in ("started", "ended"):
            return event.event_type
    return None


@dataclass(frozen=True, slots=True)
class Replay:
    """One subscription as known at `as_of_date`.

    `states` are in order, each with the instant (UTC) from which it holds.
    """

    states: list[tuple[datetime, SubscriptionState]]
    trial_started_at: datetime | None
    is_in_trial: bool


def replays(
    events: Iterable[SubscriptionEvent], policies: Policies, zone: ReportingZone
) -> dict[str, Replay]:
    """Replay all subscriptions of one surviving customer, by subscription_id.

    Args:
        events: All known events of the customer and of those merged into it.
        policies: The vars of the build.
        zone: The reporting zone.

    """
    by_subscription: dict[str, list[SubscriptionEvent]] = defaultdict(list)
    for event in sorted(events, key=reading_order):
        by_subscription[event.subscription_id].append(event)
    return {
        subscription_id: replay(own_events, policies, zone)
        for subscription_id, own_events in by_subscription.items()
    }


def replay(
    events: list[SubscriptionEvent], policies: Policies, zone: ReportingZone
) -> Replay:
    """Replay one subscription.

    Args:
        events: All its events known at `as_of_date`, in reading order.
        policies: The vars of the build.
        zone: The reporting zone, to see which deadlines `as_of_date` has reached.

    """
    life = SubscriptionLife(policies)
    states: list[tuple[datetime, SubscriptionState]] = []

    def pass_deadlines(until: datetime | None, position: int) -> None:
        """Let all deadlines before an instant (None: before as_of_date) pass."""
        while (deadline := life.next_deadline()) is not None:
            instant, kind = deadline
            if until is not None and instant >= until:
                return
            if zone.date_of(instant) >= policies.as_of_date:  # not known yet
                return
            life.reach(kind, _next_end(events, position))
            states.append((instant, life.state()))

    position = 0
    for instant, group in groupby(events, key=lambda event: event.occurred_at):
        pass_deadlines(instant, position)
        same_time = list(group)
        types = {event.event_type for event in same_time}
        is_renewal = life.is_running and types >= {"started", "ended"}
        for event in same_time:
            if not (is_renewal and event.event_type == "ended"):
                life.read(event)
        position += len(same_time)
        states.append((instant, life.state()))
    pass_deadlines(None, position)
    return Replay(states, life.trial_started_at, life.is_in_trial)
