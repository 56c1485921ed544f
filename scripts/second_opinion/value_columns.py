"""Columns compared in the marts of survival, value, feedback and benchmarks."""

from __future__ import annotations

_PERIOD = ("next_period_start_date", "is_complete")
VALUE_COLUMNS: dict[str, tuple[str, ...]] = {
    "metrics_trial_conversion_by_cohort": (
        "is_complete",
        "trial_customers",
        "converted_customers",
        "eligible_customers",
        "converted_within_customers",
        "open_trial_customers",
        "median_days_to_conversion",
        "trial_conversion_rate",
        "trial_conversion_rate_low",
        "trial_conversion_rate_high",
        "trial_conversion_within_rate",
        "trial_conversion_within_rate_low",
        "trial_conversion_within_rate_high",
        "is_small_sample",
    ),
    "metrics_nps_by_period": (
        *_PERIOD,
        "respondents",
        "promoters",
        "passives",
        "detractors",
        "nps",
        "nps_low",
        "nps_high",
        "is_small_sample",
    ),
    "metrics_csat_by_period": (
        *_PERIOD,
        "respondents",
        "satisfied_respondents",
        "average_score",
        "csat",
        "csat_low",
        "csat_high",
        "is_small_sample",
    ),
}
