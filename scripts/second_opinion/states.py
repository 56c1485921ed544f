"""A customer's state over time: steps, timelines and spans, the same on every basis."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime

from second_opinion.money import Amounts

BASES = ("subscription", "purchase", "activity")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a customer left: the rank of the event among ties, and its reason."""

    type_order: int
    event_id: str
    reason_code: str | None
    is_past_due: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What holds between two steps; `amounts` is MRR by currency, in 1/10,000."""

    is_active: bool
    amounts: Amounts = ()
    plan_id: str | None = None


INACTIVE = State(is_active=False)
ACTIVE = State(is_active=True)


@dataclass(frozen=True, slots=True)
class Step:
    """From `instant` (naive UTC; `local` in the reporting zone) on, `state` holds."""

    instant: datetime
    local: datetime
    state: State
    cause: Cause | None = None

    @property
    def day(self) -> date:
        """Date of the step in the reporting zone."""
        return self.local.date()


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of being active; `ended` is None while it is open."""

    started: Step
    ended: Step | None
    last_state: State

    def holds_at(self, mark: datetime) -> bool:
        """Whether the customer is active at a local timestamp."""
        if mark < self.started.local:
            return False
        return self.ended is None or mark < self.ended.local


class Timeline:
    """The steps of one customer on one basis, in order of their instants."""

    def __init__(self, steps: list[Step]) -> None:
        """Take steps in order, all of them before `as_of_date`."""
        self.steps = steps
        self._days = [step.day for step in steps]
        self.spans = _spans(steps)

    @property
    def first_activation(self) -> Step | None:
        """The step at which the customer became active for the first time."""
        return self.spans[0].started if self.spans else None

    @property
    def last_state(self) -> State:
        """Return the state just before `as_of_date`."""
        return self.steps[-1].state if self.steps else INACTIVE

    def before(self, edge: date) -> State:
        """Return the state just before the first instant of a date."""
        position = bisect_left(self._days, edge)
        return self.steps[position - 1].state if position else INACTIVE

    def at(self, instant: datetime) -> State:
        """Return the state just after an instant."""
        found = INACTIVE
        for step in self.steps:
            if step.instant > instant:
                break
            found = step.state
        return found

    def is_active_at(self, mark: datetime) -> bool:
        """Whether the customer is active at a local timestamp."""
        return any(span.holds_at(mark) for span in self.spans)


def _spans(steps: list[Step]) -> list[Span]:
    """Cut steps into spans."""
    spans: list[Span] = []
    started: Step | None = None
    state = INACTIVE
    for step in steps:
        if step.state.is_active and started is None:
            started = step
        elif not step.state.is_active and started is not None:
            spans.append(Span(started, step, state))
            started = None
        state = step.state
    if started is not None:
        spans.append(Span(started, None, state))
    return spans
