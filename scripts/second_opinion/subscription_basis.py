"""All subscriptions of one customer netted into one timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from second_opinion.money import RateBook
from second_opinion.policies import Policies
from second_opinion.states import INACTIVE, Cause, State, Step, Timeline
from second_opinion.subscription_life import SubscriptionState
from second_opinion.subscription_replay import Replay
from second_opinion.time_zone import ReportingZone

NOT_STARTED = SubscriptionState(counts=False)


def subscription_timeline(
    subscriptions: Mapping[str, Replay],
    policies: Policies,
    zone: ReportingZone,
    rates: RateBook,
) -> Timeline:
    """Timeline of one surviving customer on the subscription basis.

    Args:
        subscriptions: All subscriptions of the customer, by subscription_id.
        policies: The vars of the build.
        zone: The reporting zone.
        rates: To tell which plan has the largest MRR.

    """
    changes: dict[datetime, dict[str, SubscriptionState]] = defaultdict(dict)
    for subscription_id, replayed in subscriptions.items():
        for instant, state in replayed.states:
            changes[instant][subscription_id] = state
    steps = _net(changes, zone, rates)
    return Timeline(_close_gaps(steps, policies, zone))


def _net(
    changes: dict[datetime, dict[str, SubscriptionState]],
    zone: ReportingZone,
    rates: RateBook,
) -> list[Step]:
    """Make steps of the customer from the changes of the single subscriptions."""
    holding: dict[str, SubscriptionState] = {}
    steps: list[Step] = []
    state = INACTIVE
    for instant in sorted(changes):
        causes: list[Cause] = []
        has_changed = False
        for subscription_id, after in changes[instant].items():
            before = holding.get(subscription_id, NOT_STARTED)
            if before.counts and not after.counts and after.cause:
                causes.append(after.cause)
            has_changed |= replace(before, cause=None) != replace(after, cause=None)
            holding[subscription_id] = after
        # Which plan is the largest is decided when one changes; rates move nobody.
        if not has_changed:
            continue
        local = zone.local(instant)
        netted = _combine(holding, rates, local.date())
        if netted == state:
            continue
        left = state.is_active and not netted.is_active
        cause = max(causes, key=_rank) if left and causes else None
        state = netted
        steps.append(Step(instant, local, state, cause))
    return steps


def _rank(cause: Cause) -> tuple[int, str]:
    """Of two causes at one instant the later: by type order, then event_id."""
    return cause.type_order, cause.event_id


def _combine(
    holding: dict[str, SubscriptionState], rates: RateBook, day: date
) -> State:
    """One state of the customer from those of all subscriptions."""
    amounts: dict[str, int] = defaultdict(int)
    largest: tuple[int, str] | None = None
    plan_id = None
    for subscription_id in sorted(holding):
        one = holding[subscription_id]
        if not one.counts:
            continue
        amounts[one.currency] += one.minor
        value = rates.value(((one.currency, one.minor),), day)
        if largest is None or value > largest[0]:
            largest = (value, subscription_id)
            plan_id = one.plan_id
    if largest is None:
        return INACTIVE
    kept = tuple(sorted((code, minor) for code, minor in amounts.items() if minor))
    return State(True, kept, plan_id)


def _close_gaps(
    steps: list[Step], policies: Policies, zone: ReportingZone
) -> list[Step]:
    """Drop churns whose gap is short enough; the state before the gap holds."""
    longest = timedelta(days=policies.subscription_merge_gap_days)
    kept: list[Step] = []
    for position, step in enumerate(steps):
        if not step.state.is_active and kept:
            runs_out = step.instant + longest
            if position + 1 < len(steps):
                is_closed = steps[position + 1].instant <= runs_out
            else:
                is_closed = _reaches(runs_out, policies.as_of_date, zone)
            if is_closed:
                continue
        if not kept or kept[-1].state != step.state:
            kept.append(step)
    return kept


def _reaches(instant: datetime, as_of_date: date, zone: ReportingZone) -> bool:
    """Whether an instant is at or after the first instant of `as_of_date`."""
    return zone.date_of(instant) >= as_of_date
