"""One customer's walk through the periods of one grain, on one basis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from second_opinion.periods import Periods
from second_opinion.states import INACTIVE, State, Step, Timeline


@dataclass(slots=True)
class Visit:
    """What one customer did in one period in which something may have changed."""

    index: int
    start: State  # just before the period
    end: State  # just before its end, or before as_of_date
    was_ever_active: bool  # before the period
    became_active: bool = False  # inside it, at least once
    last_churn: Step | None = None  # inside it

    @property
    def left(self) -> bool:
        """Whether the customer left at least once inside the period."""
        return self.last_churn is not None


@dataclass(slots=True)
class Walk:
    """Periods with changes one by one; stretches of periods without, as runs.

    A run `(first, past, state)` says that an active customer kept one state through
    the periods `first` up to, not including, `past`.
    """

    visits: list[Visit] = field(default_factory=list)
    runs: list[tuple[int, int, State]] = field(default_factory=list)


def walk(timeline: Timeline, periods: Periods, other_days: Iterable[date]) -> Walk:
    """Walk through all periods.

    Args:
        timeline: The customer's steps on the basis.
        periods: Periods that begin no later than the first activation.
        other_days: Days on which something else about the customer may change
            (segments); their periods are visited too.

    """
    walked = Walk()
    if not timeline.steps:
        return walked
    days = {step.day for step in timeline.steps}
    days.update(day for day in other_days if day < periods.as_of_date)
    indices = {periods.index_of(day) for day in days}
    indices.discard(-1)
    steps = timeline.steps
    position, past, state, was_ever = 0, 0, INACTIVE, False
    for index in sorted(indices):
        if state.is_active:
            walked.runs.append((past, index, state))
        visit = Visit(index, state, state, was_ever)
        while position < len(steps) and steps[position].day < periods.ends[index]:
            step = steps[position]
            if step.state.is_active and not state.is_active:
                visit.became_active = was_ever = True
            elif state.is_active and not step.state.is_active:
                visit.last_churn = step
            state = step.state
            position += 1
        visit.end = state
        walked.visits.append(visit)
        past = index + 1
    if state.is_active:
        walked.runs.append((past, len(periods), state))
    return walked
