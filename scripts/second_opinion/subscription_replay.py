"""Replays the events of one subscription, and the deadlines that pass between them."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from second_opinion.policies import Policies
from second_opinion.raw_rows import SubscriptionEvent
from second_opinion.subscription_life import SubscriptionLife, SubscriptionState
from second_opinion.time_zone import ReportingZone


def _next_end(events: list[SubscriptionEvent], position: int) -> str | None:
    """Type of the first `started` or `ended` from a position on."""
    for event in events[position:]:
        if event.event_type in ("started", "ended"):
            return event.event_type
    return None


def replay(
    events: list[SubscriptionEvent], policies: Policies, zone: ReportingZone
) -> list[tuple[datetime, SubscriptionState]]:
    """States of one subscription, each with the instant (UTC) from which it holds.

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
    return states
