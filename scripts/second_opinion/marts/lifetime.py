"""metrics_customer_lifetime_by_cohort: how many whole months customers stay."""

from __future__ import annotations

from datetime import date

from second_opinion.first_lives import first_life
from second_opinion.life_table import (
    Life,
    LifeTableRow,
    life_table,
    median,
    restricted_mean,
)
from second_opinion.people import World
from second_opinion.periods import COHORT_GRAINS, period_start

Row = dict[str, object]

EVERYBODY = "all"
HORIZONS = (12, 24, 36)


def reaches(rows: list[LifeTableRow], horizon: int) -> bool:
    """Whether a curve is known up to a horizon: by observation, or as it is 0."""
    return rows[-1].tenure >= horizon or rows[-1].survival == 0


def _reason(figures: Row) -> str | None:
    """Why a figure is missing."""
    if not figures["churned_customers"]:
        return "no_churn"
    if any(
        figures[f"restricted_mean_months_{horizon}"] is None for horizon in HORIZONS
    ):
        return "too_few_months"
    return "median_not_reached" if figures["median_lifetime_months"] is None else None


def lifetime_figures(lives: list[Life], small_sample_size: int) -> Row:
    """Columns of one cohort of at least one customer, tenures in months."""
    rows = life_table(lives)
    churned = sum(has_ended for _, has_ended in lives)
    lived = sum(tenure for tenure, _ in lives)
    figures: Row = {
        "cohort_customers": len(lives),
        "churned_customers": churned,
        "censored_customers": len(lives) - churned,
        "median_lifetime_months": median(rows),
        "longest_observed_months": rows[-1].tenure,
        "naive_lifetime_months": lived / churned if churned else None,
        "is_small_sample": len(lives) < small_sample_size,
    }
    for horizon in HORIZONS:
        name = f"restricted_mean_months_{horizon}"
        mean, error = restricted_mean(rows, horizon)
        is_known = reaches(rows, horizon)
        figures[name] = mean if is_known else None
        figures[f"{name}_standard_error"] = error if is_known else None
    return figures | {"lifetime_null_reason": _reason(figures)}


def lifetime_rows(world: World, basis: str) -> list[Row]:
    """Rows of metrics_customer_lifetime_by_cohort of one basis."""
    cohorts: dict[tuple[str, date], list[Life]] = {}
    starts = []
    for person in world.people:
        life = first_life(world, person, basis, "month")
        started = person.timelines[basis].first_activation
        if life is None or started is None:
            continue
        starts.append((started.day, life))
        for grain in COHORT_GRAINS:
            key = (grain, period_start(grain, started.day))
            cohorts.setdefault(key, []).append(life)
    if starts:
        first_day = min(day for day, _ in starts)
        cohorts[EVERYBODY, first_day] = [life for _, life in starts]
    rows: list[Row] = []
    for (grain, start), lives in cohorts.items():
        row: Row = {
            "retention_basis": basis,
            "period_grain": grain,
            "cohort_start_date": start,
        }
        rows.append(row | lifetime_figures(lives, world.policies.small_sample_size))
    return rows
