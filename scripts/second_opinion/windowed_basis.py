"""Purchase and activity basis: active for a window of days after each event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from second_opinion.states import ACTIVE, INACTIVE, Step, Timeline
from second_opinion.time_zone import ReportingZone


def windowed_timeline(
    instants: Iterable[datetime],
    window_days: int,
    as_of_date: date,
    zone: ReportingZone,
) -> Timeline:
    """Timeline from the instants (UTC) of orders or counted events.

    Each instant opens `[instant, instant + window_days * 24 h)`; what overlaps or
    touches is one span. One whose end has not come at `as_of_date` is open.
    """
    window = timedelta(days=window_days)
    steps: list[Step] = []
    ends: datetime | None = None
    for instant in sorted(set(instants)):
        if ends is not None and instant > ends:
            steps.append(Step(ends, zone.local(ends), INACTIVE))
            ends = None
        if ends is None:
            steps.append(Step(instant, zone.local(instant), ACTIVE))
        ends = instant + window
    if ends is not None and zone.date_of(ends) < as_of_date:
        steps.append(Step(ends, zone.local(ends), INACTIVE))
    return Timeline(steps)
