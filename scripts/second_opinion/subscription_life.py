"""The life of one subscription: its events read one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from second_opinion.money import monthly_minor
from second_opinion.policies import Policies
from second_opinion.raw_rows import SUBSCRIPTION_EVENT_TYPES, SubscriptionEvent
from second_opinion.states import Cause

TYPE_ORDER = {name: order for order, name in enumerate(SUBSCRIPTION_EVENT_TYPES)}
WITHDRAWALS = ("renewed", "resumed")


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What one subscription counts for; `minor` is MRR in 1/10,000 of `currency`.

    `cause` says what stopped it, on the state in which it stopped counting.
    """

    counts: bool
    minor: int = 0
    currency: str = ""
    plan_id: str | None = None
    cause: Cause | None = None


def reading_order(event: SubscriptionEvent) -> tuple[datetime, int, str]:
    """Instant, then the order of the types in the contract, then event_id."""
    return event.occurred_at, TYPE_ORDER[event.event_type], event.event_id


class SubscriptionLife:
    """State machine of one subscription; feed it events in reading order."""

    def __init__(self, policies: Policies) -> None:
        """Begin before the first event."""
        self._policies = policies
        self._phase = "unborn"  # unborn, trial, running, ended
        self.trial_started_at: datetime | None = None  # None: no trial, or ignored
        self._minor = 0
        self._currency = ""
        self._plan_id: str | None = None
        self._price_event: SubscriptionEvent | None = None
        self._pause: SubscriptionEvent | None = None
        self._past_due: SubscriptionEvent | None = None
        self._has_lapsed = False
        self._request: SubscriptionEvent | None = None  # last one, not withdrawn
        self._scheduling_request: SubscriptionEvent | None = None
        self._scheduled_end: datetime | None = None  # of the scheduling request
        self._is_end_overruled = False  # a real `ended` comes later and decides
        self._end_cause: Cause | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has started and not ended, past due or not."""
        return self._phase == "running"

    @property
    def is_in_trial(self) -> bool:
        """Whether it has a trial that has neither started nor ended."""
        return self._phase == "trial"

    def next_deadline(self) -> tuple[datetime, str] | None:
        """Return the next instant at which it stops without an event, and why."""
        found: list[tuple[datetime, int, str]] = []
        if self._scheduled_end and not self._is_end_overruled:
            found.append((self._scheduled_end, 0, "scheduled_end"))
        days = self._policies.past_due_days
        if self._past_due and not self._has_lapsed and days is not None:
            lapse = self._past_due.occurred_at + timedelta(days=days)
            found.append((lapse, 1, "past_due"))
        if not found or self._phase == "ended":
            return None
        instant, _, kind = min(found)
        return instant, kind

    def reach(self, kind: str, next_end: str | None) -> None:
        """Let a deadline pass.

        Args:
            kind: What `next_deadline` said.
            next_end: Type of the first `started` or `ended` still to come, if any.

        """
        if kind == "past_due":
            self._has_lapsed = True
        elif next_end == "ended":
            self._is_end_overruled = True
        elif self._scheduling_request is not None:
            self._end(self._scheduling_request.event_id, None)

    def read(self, event: SubscriptionEvent) -> None:
        """Read one event."""
        kind = event.event_type
        acts_as_start = (
            kind == "changed"
            and self._phase in ("unborn", "trial")
            and not self._has_lapsed
        )
        if kind == "started" or acts_as_start:
            self._start(event)
        elif self._phase == "ended":
            return
        elif kind == "trial_started":
            self._try(event.occurred_at)
        elif kind == "ended":
            self._end(event.event_id, event.reason_code)
        elif kind == "cancel_requested":
            self._ask_to_cancel(event)
        elif kind in WITHDRAWALS:
            self._withdraw(event.occurred_at)
        elif kind == "past_due":
            self._past_due = self._past_due or event
        elif kind == "recovered":
            self._past_due, self._has_lapsed = None, False
        if self._phase == "running" and not self._has_lapsed:
            self._read_while_running(event)

    def _read_while_running(self, event: SubscriptionEvent) -> None:
        """Price and pause; neither matters before the start, or while it has lapsed."""
        kind = event.event_type
        if kind == "changed":
            self._set_price(event)
        elif kind == "paused":
            self._pause = self._pause or event
        elif kind == "resumed":
            self._pause = None

    def _try(self, instant: datetime) -> None:
        """Begin a trial; one after the start, or while it has lapsed, has no effect."""
        if self._phase == "unborn" and not self._has_lapsed:
            self._phase = "trial"
            self.trial_started_at = instant

    def _start(self, event: SubscriptionEvent) -> None:
        """Begin, go on, or begin again; clears pause, cancellation and past due."""
        self._phase = "running"
        self._pause = None
        self._past_due, self._has_lapsed = None, False
        self._clear_cancellation()
        self._end_cause = None
        self._set_price(event)

    def _set_price(self, event: SubscriptionEvent) -> None:
        """Put the whole price that an event states into force."""
        self._minor = monthly_minor(event, self._policies.discount_policy)
        self._currency = event.currency or self._policies.reporting_currency
        self._plan_id = event.plan_id
        self._price_event = event

    def _ask_to_cancel(self, event: SubscriptionEvent) -> None:
        """Note a request; one that carries an end replaces the older end.

        While it has lapsed a request only dates the end, as nobody is there to ask.
        """
        if not self._has_lapsed:
            self._request = event
        if event.current_period_end is not None:
            self._scheduling_request = event
            self._scheduled_end = max(event.current_period_end, event.occurred_at)
            self._is_end_overruled = False

    def _withdraw(self, instant: datetime) -> None:
        """Withdraw the request, and its end unless that has passed.

        The end of the paid period has passed and the subscription goes on only where a
        later `ended` decides; who renews then has no request standing either.
        """
        if self._scheduled_end is None or instant <= self._scheduled_end:
            self._scheduling_request = self._scheduled_end = None
            self._is_end_overruled = False
        if not self._has_lapsed:
            self._request = None

    def _clear_cancellation(self) -> None:
        """Forget the request and its end."""
        self._request = self._scheduling_request = self._scheduled_end = None
        self._is_end_overruled = False

    def _end(self, event_id: str, reason_code: str | None) -> None:
        """End it; without a reason that of the last request holds."""
        self._phase = "ended"
        reason = reason_code or self._request_reason()
        self._end_cause = Cause(TYPE_ORDER["ended"], event_id, reason)

    def _request_reason(self) -> str | None:
        """Reason of the last request that was not withdrawn."""
        return self._request.reason_code or None if self._request else None

    def state(self) -> SubscriptionState:
        """Say what the subscription counts for now."""
        if self._phase in ("unborn", "trial"):
            return SubscriptionState(counts=False)
        stop = self._why_not()
        if stop is not None:
            return SubscriptionState(counts=False, cause=stop)
        is_paused = self._pause is not None
        has_no_mrr = is_paused and self._policies.pause_policy != "keep_mrr"
        minor = 0 if has_no_mrr else self._minor
        return SubscriptionState(True, minor, self._currency, self._plan_id)

    def _why_not(self) -> Cause | None:
        """Why a started subscription does not count; None if it does."""
        policies = self._policies
        if self._phase == "ended":
            return self._end_cause
        if self._has_lapsed and self._past_due:
            order, event_id = TYPE_ORDER["ended"], self._past_due.event_id
            return Cause(order, event_id, "past_due", is_past_due=True)
        event = None
        if policies.churn_recognition == "cancel_request" and self._request:
            event = self._request
        elif policies.pause_policy == "churn" and self._pause:
            event = self._pause
        elif self._minor == 0 and policies.free_plan_policy == "not_customer":
            event = self._price_event
        if event is None:
            return None
        order = TYPE_ORDER[event.event_type]
        return Cause(order, event.event_id, self._request_reason())
