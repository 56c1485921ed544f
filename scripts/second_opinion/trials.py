"""When a customer first tried, and whether a trial still runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from second_opinion.subscription_replay import Replay


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials of one customer; `first_at` is naive UTC, None without a trial."""

    first_at: datetime | None
    has_open: bool


def trials_of(subscriptions: Iterable[Replay]) -> Trials:
    """Look at all subscriptions of one customer."""
    replayed = list(subscriptions)
    begun = [one.trial_started_at for one in replayed if one.trial_started_at]
    return Trials(min(begun, default=None), any(one.is_in_trial for one in replayed))
