"""metrics_trial_conversion_by_cohort: who became a customer after the first trial."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from second_opinion.money import rate_with_interval
from second_opinion.people import Person, World
from second_opinion.periods import COHORT_GRAINS, next_period_start, period_start

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Trial:
    """How the first trial of one customer went; `days` is None without conversion."""

    day: date
    days: int | None
    is_eligible: bool  # the window is past
    is_in_time: bool  # converted inside the window
    is_open: bool


def _trial_of(world: World, person: Person) -> Trial | None:
    """First trial of a customer; None if it never tried."""
    tried_at = person.trials.first_at
    if tried_at is None:
        return None
    day = world.zone.date_of(tried_at)
    mark = tried_at + timedelta(days=world.policies.trial_conversion_days)
    as_of = datetime.combine(world.policies.as_of_date, time())
    is_eligible = world.zone.local(mark) < as_of
    started = person.timelines["subscription"].first_activation
    if started is None or started.instant < tried_at:
        return Trial(day, None, is_eligible, False, person.trials.has_open)
    days = (started.day - day).days
    return Trial(day, days, is_eligible, started.instant <= mark, False)


def _figures(trials: list[Trial], small_sample_size: int) -> Row:
    """Columns of one cohort."""
    days = [trial.days for trial in trials if trial.days is not None]
    eligible = [trial for trial in trials if trial.is_eligible]
    in_time = sum(trial.is_in_time for trial in eligible)
    row: Row = {
        "trial_customers": len(trials),
        "converted_customers": len(days),
        "eligible_customers": len(eligible),
        "converted_within_customers": in_time,
        "open_trial_customers": sum(trial.is_open for trial in trials),
        "median_days_to_conversion": float(median(days)) if days else None,
        "is_small_sample": len(trials) < small_sample_size,
    }
    row |= rate_with_interval("trial_conversion_rate", len(days), len(trials))
    within = "trial_conversion_within_rate"
    return row | rate_with_interval(within, in_time, len(eligible))


def trial_rows(world: World) -> list[Row]:
    """Rows of metrics_trial_conversion_by_cohort."""
    cohorts: dict[tuple[str, date], list[Trial]] = defaultdict(list)
    for person in world.people:
        trial = _trial_of(world, person)
        if trial is not None:
            for grain in COHORT_GRAINS:
                cohorts[grain, period_start(grain, trial.day)].append(trial)
    rows: list[Row] = []
    for (grain, start), trials in cohorts.items():
        row: Row = {
            "period_grain": grain,
            "cohort_start_date": start,
            "is_complete": next_period_start(grain, start) <= world.policies.as_of_date,
        }
        rows.append(row | _figures(trials, world.policies.small_sample_size))
    return rows
