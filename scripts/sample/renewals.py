"""What happens to subscription lives, one billing interval after the other.

Each step takes all lives of a block that begin their n-th interval and decides at most
one thing for it: to leave, fraud, a new id, a new interval, a pause, a change, a
request that is withdrawn; then the renewal at anchor + (n + 1) intervals, which may
fail to be paid.
"""

import numpy as np

from sample import parameters as p
from sample.arrays import (
    MISSING,
    Flags,
    Integers,
    draw_between,
    draw_words,
    filled,
    happens,
)
from sample.calendar_arithmetic import DAY, add_intervals
from sample.endings import (
    FRAUD,
    LEFT,
    LEFT_PAUSE,
    NEW_ID,
    NEW_INTERVAL,
    NOT_PAID,
    STILL_OPEN,
    Ends,
    Step,
    draw_reasons,
)
from sample.event_log import CHARGEBACK, PAYMENT, PAYMENT_FAILED, EventLog
from sample.lives import (
    CANCEL_REQUESTED,
    CHANGED,
    ENDED,
    PAST_DUE,
    PAUSED,
    RECOVERED,
    RENEWED,
    RESUMED,
    Lives,
    change_terms,
    monthly_hazard,
    tenure_band,
)
from sample.tally import HazardTally

REQUEST_AND_END, REQUEST_ALONE, END_AT_ONCE, END_WITH_PERIOD = range(4)


class Renewals:
    """One run of lives from their anchors to `end`."""

    def __init__(
        self,
        lives: Lives,
        random: np.random.Generator,
        end: int,
        log: EventLog,
        tally: HazardTally,
    ) -> None:
        """Keep what the steps need; the terms in `lives` move on with the steps."""
        self.lives, self.random, self.end = lives, random, end
        self.log, self.tally = log, tally
        size = len(lives)
        self.ends = Ends(filled(size, STILL_OPEN), filled(size, 2**62), filled(size))
        self._paused_until = filled(size, 0)
        self._is_open = lives.started_at < end

    def run(self) -> Ends:
        """Run every interval that begins before `end`; return how the lives ended."""
        lives = self.lives
        self.log.add(lives.opener, lives, lives.started_at, has_price=True)
        self._pay(lives, lives.started_at)
        number = 0
        while self._is_open.any():
            rows = np.flatnonzero(self._is_open)
            selected = lives.select(rows)
            begin, finish = (
                add_intervals(
                    selected.started_at, selected.interval, selected.interval_count, n
                )
                for n in (number, number + 1)
            )
            started = begin < self.end
            self._is_open[rows[~started]] = False
            self._run_step(Step(rows, begin, finish, selected).select(started), number)
            number += 1
        return self.ends

    def _run_step(self, step: Step, number: int) -> None:
        is_free = step.lives.plan == p.FREE
        left = self._draw_leaving(step)
        idle = ~left & (self._paused_until[step.rows] <= step.begin)
        self._leave(step.select(left))

        def pick(share: float, among: Flags) -> Flags:
            nonlocal idle
            chosen = idle & among & happens(self.random, share, len(idle))
            idle = idle & ~chosen
            return np.asarray(chosen, dtype=np.bool_)

        everyone = np.ones(len(idle), dtype=np.bool_)
        if number == 0:
            self._defraud(step.select(pick(p.FRAUD_SHARE, ~is_free)))
        self._renew_under_new_id(step.select(pick(p.NEW_ID_SHARE, ~is_free)))
        is_monthly = (step.lives.interval == p.TERMS[0][0]) & ~is_free
        self._change_interval(step.select(pick(p.NEW_INTERVAL_SHARE, is_monthly)))
        self._pause(step.select(pick(p.PAUSE_SHARE, ~is_free)))
        self._change(step.select(pick(p.CHANGE_SHARE, ~is_free)))
        self._change(step.select(pick(p.FREE_UPGRADE_SHARE, is_free)))
        withdrawn = pick(p.WITHDRAWN_REQUEST_SHARE, everyone & ~is_free)
        self._withdraw(step.select(withdrawn))
        goes_on = self._is_open[step.rows] & (
            self._paused_until[step.rows] <= step.finish
        )
        self._renew(step, goes_on, withdrawn)

    def _draw_leaving(self, step: Step) -> Flags:
        is_in_service = self._paused_until[step.rows] <= step.begin
        hazard = monthly_hazard(step.lives, step.begin)
        chance = 1 - (1 - hazard) ** step.lives.interval_months()
        left = is_in_service & happens(self.random, chance, len(step.rows))
        counted = is_in_service & (step.finish <= self.end)
        self.tally.add(
            step.lives.select(counted),
            tenure_band(step.lives, step.begin)[counted],
            chance[counted],
            left[counted],
        )
        return np.asarray(left, dtype=np.bool_)

    def _end(
        self, step: Step, kind: int, at: Integers, reason: Integers | None = None
    ) -> None:
        known = at < self.end
        self.ends.kind[step.rows[known]] = kind
        self.ends.at[step.rows[known]] = at[known]
        if reason is not None:
            self.ends.reason[step.rows[known]] = reason[known]
        self._is_open[step.rows] = False

    def _leave(self, step: Step) -> None:
        """End by one of the four ways of `LEAVING_SHARES`."""
        size = len(step.rows)
        way = draw_words(self.random, p.LEAVING_SHARES, size)
        reason = draw_reasons(self.random, p.VOLUNTARY_REASONS, size)
        asked = step.within(self.random)
        at = np.where(way == END_AT_ONCE, asked, step.finish)
        known_at = np.where(way == END_WITH_PERIOD, step.finish, asked)
        has_request, has_end = way <= REQUEST_ALONE, way != REQUEST_ALONE
        # Of those who asked and ended, a third gave the reason with the request only.
        is_early = (way == REQUEST_AND_END) & happens(self.random, 1 / 3, size)
        request, ended = step.select(has_request), step.select(has_end)
        said = np.where(is_early | (way == REQUEST_ALONE), reason, MISSING)
        self.log.add(
            CANCEL_REQUESTED,
            request.lives,
            asked[has_request],
            period_end=request.finish,
            reason=said[has_request],
        )
        self.log.add(
            ENDED,
            ended.lives,
            at[has_end],
            known_at=known_at[has_end],
            reason=np.where(is_early, MISSING, reason)[has_end],
        )
        self._end(step, LEFT, at, reason)

    def _defraud(self, step: Step) -> None:
        reason = filled(len(step.rows), p.REASON_FRAUD)
        at = step.within(self.random, 0.3)
        self.log.add(ENDED, step.lives, at, reason=reason)
        self.log.add_revenue(CHARGEBACK, step.lives, at + 1800)
        self._end(step, FRAUD, at, reason)

    def _renew_under_new_id(self, step: Step) -> None:
        self.log.add(ENDED, step.lives, step.finish)
        self._end(step, NEW_ID, step.finish)

    def _change_interval(self, step: Step) -> None:
        self._end(step, NEW_INTERVAL, step.finish)

    def _pause(self, step: Step) -> None:
        at = step.within(self.random)
        self.log.add(PAUSED, step.lives, at)
        size = len(step.rows)
        until = at + draw_between(self.random, filled(size, 10), filled(size, 80)) * DAY
        gone = happens(self.random, p.PAUSE_NEVER_RESUMED_SHARE, size)
        stays, goes = step.select(~gone), step.select(gone)
        self.log.add(RESUMED, stays.lives, until[~gone])
        self._paused_until[step.rows] = until
        reason = filled(len(goes.rows), p.REASON_NO_LONGER_NEEDED)
        self.log.add(ENDED, goes.lives, until[gone], reason=reason)
        self._end(goes, LEFT_PAUSE, until[gone], reason)

    def _change(self, step: Step) -> None:
        at_renewal = happens(self.random, 0.3, len(step.rows))
        at = np.where(at_renewal, step.finish, step.within(self.random))
        after = change_terms(self.random, step.lives)
        self.log.add(CHANGED, after, at, has_price=True)
        for name in ("plan", "quantity", "discount_percent"):
            getattr(self.lives, name)[step.rows] = getattr(after, name)

    def _withdraw(self, step: Step) -> None:
        """Ask to cancel, then stay: half say so, the others simply renew."""
        asked = step.within(self.random, 0.8)
        self.log.add(CANCEL_REQUESTED, step.lives, asked, period_end=step.finish)
        says = happens(self.random, 0.5, len(step.rows))
        back = draw_between(self.random, asked + 1, step.finish)
        self.log.add(RESUMED, step.lives.select(says), back[says])

    def _renew(self, step: Step, goes_on: Flags, must_succeed: Flags) -> None:
        due = Step(step.rows, step.begin, step.finish, self.lives.select(step.rows))
        fails = goes_on & ~must_succeed & (due.lives.amount_cents() > 0)
        fails &= happens(self.random, p.FAILED_PAYMENT_SHARE, len(fails))
        renewed = due.select(goes_on & ~fails & (due.lives.plan != p.FREE))
        self.log.add(RENEWED, renewed.lives, renewed.finish)
        self._pay(renewed.lives, renewed.finish)
        self._fail(due.select(fails))

    def _fail(self, step: Step) -> None:
        size = len(step.rows)
        self.log.add_revenue(PAYMENT_FAILED, step.lives, step.finish)
        self.log.add(PAST_DUE, step.lives, step.finish + 3600)
        saved = happens(self.random, p.RECOVERY_SHARE, size)
        days = np.minimum((step.finish - step.begin) // DAY - 1, 14)
        wait = draw_between(self.random, filled(size, DAY // 2), days * DAY)
        back, lost = step.select(saved), step.select(~saved)
        self.log.add(RECOVERED, back.lives, back.finish + wait[saved])
        self.log.add_revenue(PAYMENT, back.lives, back.finish + wait[saved])
        retry = lost.finish + wait[~saved]
        self.log.add_revenue(PAYMENT_FAILED, lost.lives, retry)
        reason = draw_reasons(self.random, p.INVOLUNTARY_REASONS, len(lost.rows))
        at = retry + draw_between(
            self.random, filled(len(lost.rows), DAY), filled(len(lost.rows), 15 * DAY)
        )
        self.log.add(ENDED, lost.lives, at, reason=reason)
        self._end(lost, NOT_PAID, at, reason)

    def _pay(self, lives: Lives, due_at: Integers) -> None:
        minutes = self.random.integers(0, 3600, len(lives))
        self.log.add_revenue(PAYMENT, lives, due_at + minutes)
