"""Columns compared in the marts of survival, value, feedback and benchmarks."""

from __future__ import annotations

_PERIOD = ("next_period_start_date", "is_complete")
_SURVIVAL = (
    "at_risk",
    "churned",
    "censored",
    "survival_rate",
    "survival_rate_low",
    "survival_rate_high",
    "standard_error",
    "hazard_rate",
    "is_small_sample",
)
VALUE_COLUMNS: dict[str, tuple[str, ...]] = {
    "metrics_survival_by_tenure": _SURVIVAL,
    "metrics_survival_by_tenure_and_segment": _SURVIVAL,
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
