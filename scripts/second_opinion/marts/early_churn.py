"""metrics_early_churn_by_cohort: who is gone a month and a year after the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import date, datetime, time

from second_opinion.money import rate_with_interval
from second_opinion.people import World
from second_opinion.periods import (
    COHORT_GRAINS,
    add_months,
    next_period_start,
    period_start,
)
from second_opinion.states import Timeline

Row = dict[str, object]

SPELLS = ("first_month", "first_year", "second_year")


def _losses(timeline: Timeline, as_of: datetime) -> dict[str, bool]:
    """For each spell that one customer counts for: whether it was lost."""
    started = timeline.first_activation
    if started is None:
        return {}

    def is_past(mark: datetime) -> bool:
        return mark < as_of

    month, year, two_years = (add_months(started.local, n) for n in (1, 12, 24))
    losses: dict[str, bool] = {}
    if is_past(month):
        losses["first_month"] = not timeline.is_active_at(month)
    if is_past(year):
        losses["first_year"] = not timeline.is_active_at(year)
    if is_past(two_years) and not losses["first_year"]:
        losses["second_year"] = not timeline.is_active_at(two_years)
    return losses


def early_churn_rows(world: World, basis: str) -> list[Row]:
    """Rows of metrics_early_churn_by_cohort of one basis."""
    as_of_date = world.policies.as_of_date
    as_of = datetime.combine(as_of_date, time())
    counts: dict[tuple[str, date], dict[Hashable, int]] = {}
    for person in world.people:
        timeline = person.timelines[basis]
        started = timeline.first_activation
        if started is None:
            continue
        losses = _losses(timeline, as_of)
        for grain in COHORT_GRAINS:
            key = (grain, period_start(grain, started.day))
            cell = counts.setdefault(key, defaultdict(int))
            for spell, is_lost in losses.items():
                cell[spell, "eligible"] += 1
                cell[spell, "churned"] += is_lost
    rows: list[Row] = []
    for (grain, start), cell in counts.items():
        row: Row = {
            "retention_basis": basis,
            "period_grain": grain,
            "cohort_start_date": start,
            "is_complete": next_period_start(grain, start) <= as_of_date,
        }
        for spell in SPELLS:
            eligible, churned = cell[spell, "eligible"], cell[spell, "churned"]
            row[f"{spell}_eligible_customers"] = eligible
            row[f"{spell}_churned_customers"] = churned
            row |= rate_with_interval(f"{spell}_churn_rate", churned, eligible)
        rows.append(row)
    return rows
