"""Books every customer of a basis into the periods of one grain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import date

from second_opinion.ledger import Ledger
from second_opinion.money import Amounts
from second_opinion.people import Person, World
from second_opinion.period_walk import Visit, walk
from second_opinion.periods import Periods
from second_opinion.segments import (
    TOTAL,
    SegmentKey,
    change_days,
    value_before,
)
from second_opinion.states import Step

KINDS = ("voluntary", "involuntary", "unknown")

Ledgers = dict[SegmentKey, Ledger]


def first_day(world: World, basis: str) -> date | None:
    """Date of the first activation of anybody on a basis."""
    starts = [person.timelines[basis].first_activation for person in world.people]
    return min((step.day for step in starts if step), default=None)


def reason_of(step: Step) -> str | None:
    """Reason code of a churn; null if missing."""
    return step.cause.reason_code if step.cause else None


def kind_of(step: Step, world: World) -> str:
    """Kind of a churn: voluntary, involuntary or unknown."""
    if step.cause is not None and step.cause.is_past_due:
        return "involuntary"
    kind = world.policies.churn_kinds.get(reason_of(step) or "", "unknown")
    return kind if kind in KINDS else "unknown"


class Tally:
    """Ledgers of one basis and grain: of the total and of every segment value."""

    def __init__(self, world: World, basis: str, periods: Periods) -> None:
        """Book everybody."""
        self._world = world
        self._basis = basis
        self.periods = periods
        self.ledgers: Ledgers = defaultdict(Ledger)
        names = world.policies.segment_names
        for person in world.people:
            walked = walk(person.timelines[basis], periods, change_days(person, names))
            for first, past, state in walked.runs:
                edge = periods.starts[first] if first < len(periods) else None
                if edge is None:
                    continue
                for key in self._keys_before(person, edge):
                    self._book_run(key, first, past, state.amounts)
            for visit in walked.visits:
                self._book_visit(person, visit)

    def _keys_before(self, person: Person, edge: date) -> list[SegmentKey]:
        """Return the total, and the values of all segments just before a date."""
        names = self._world.policies.segment_names
        return [TOTAL, *((name, value_before(person, name, edge)) for name in names)]

    def _book_run(
        self, key: SegmentKey, first: int, past: int, amounts: Amounts
    ) -> None:
        """Book a customer who stays through a run of periods without a change."""
        ledger = self.ledgers[key]
        for column in ("starting_customers", "ending_customers", "retained_customers"):
            ledger.add_run(first, past, column)
        for currency, minor in amounts:
            ledger.add_run(first, past, ("starting", currency), minor)
            ledger.add_run(first, past, ("ending", currency), minor)

    def _book_visit(self, person: Person, visit: Visit) -> None:
        """Book one customer and one period under the total and every segment."""
        if not (visit.start.is_active or visit.end.is_active or visit.became_active):
            return
        periods, index = self.periods, visit.index
        olds = self._keys_before(person, periods.starts[index])
        news = self._keys_before(person, periods.ends[index])
        is_visitor = not visit.start.is_active and not visit.end.is_active
        for old, new in zip(olds, news, strict=True):
            if is_visitor:
                self._book_visitor(visit, new)
                continue
            self._book_customer(visit, old, new)
            if self._basis == "subscription":
                self._book_money(visit, old, new)
        ledger = self.ledgers[TOTAL]
        if visit.left:
            ledger.add(index, "left_customers")
        if visit.left and visit.start.is_active:
            ledger.add(index, "left_starting_customers")
        if not visit.start.is_active:
            ledger.add(index, "activated_customers")
        if not visit.was_ever_active:
            ledger.add(index, "first_activated_customers")

    def _book_visitor(self, visit: Visit, last: SegmentKey) -> None:
        """Book one active inside the period only, under the last value it had."""
        kind = "reactivated" if visit.was_ever_active else "joined"
        self.ledgers[last].add(visit.index, f"{kind}_and_churned_customers")

    def _book_customer(self, visit: Visit, old: SegmentKey, new: SegmentKey) -> None:
        """Book the customer counts of one who was active at an edge."""

        def book(key: SegmentKey, column: Hashable) -> None:
            self.ledgers[key].add(visit.index, column)

        if visit.start.is_active:
            book(old, "starting_customers")
        if visit.end.is_active:
            book(new, "ending_customers")
        if visit.start.is_active and visit.end.is_active:
            if old == new:
                book(new, "retained_customers")
            else:
                book(old, "leaving_customers")
                book(new, "entering_customers")
            if visit.left:
                book(new, "churned_and_reactivated_customers")
        elif visit.start.is_active and visit.last_churn is not None:
            kind = kind_of(visit.last_churn, self._world)
            reason = reason_of(visit.last_churn) or "unknown"
            book(old, "churned_customers")
            book(old, f"{kind}_churned_customers")
            book(old, ("reason", kind, reason))
        elif visit.was_ever_active:
            book(new, "reactivated_customers")
        else:
            book(new, "new_customers")

    def _book_money(self, visit: Visit, old: SegmentKey, new: SegmentKey) -> None:
        """Book MRR at both edges and the net change, at the rate of the end."""
        index, rates = visit.index, self._world.rates
        day = self.periods.last_day(index)
        before = rates.value(visit.start.amounts, day)
        after = rates.value(visit.end.amounts, day)
        for currency, minor in visit.start.amounts:
            self.ledgers[old].add(index, ("starting", currency), minor)
        for currency, minor in visit.end.amounts:
            self.ledgers[new].add(index, ("ending", currency), minor)
        if visit.start.is_active and visit.end.is_active:
            if old != new:
                self.ledgers[old].add(index, "leaving_mrr", before)
                self.ledgers[new].add(index, "entering_mrr", before)
            column = "expansion_mrr" if after > before else "contraction_mrr"
            self.ledgers[new].add(index, column, abs(after - before))
        elif visit.start.is_active and visit.last_churn is not None:
            kind = kind_of(visit.last_churn, self._world)
            reason = reason_of(visit.last_churn) or "unknown"
            self.ledgers[old].add(index, "churned_mrr", before)
            self.ledgers[old].add(index, ("reason_mrr", kind, reason), before)
        else:
            column = "reactivation_mrr" if visit.was_ever_active else "new_mrr"
            self.ledgers[new].add(index, column, after)
