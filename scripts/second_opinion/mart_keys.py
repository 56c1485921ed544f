"""The marts that are compared, and the key of each."""

from __future__ import annotations

PERIOD = ("period_grain", "period_start_date")
SEGMENT = ("segment_name", "segment_value")
COHORT = ("retention_basis", "period_grain", "cohort_start_date")
TENURE = ("retention_basis", "tenure_unit", "tenure")
KEYS: dict[str, tuple[str, ...]] = {
    "dim_customers": ("customer_id",),
    "dim_customer_attributes": ("customer_id", "attribute_name", "valid_from"),
    "fct_mrr_movements": ("customer_id", "occurred_at"),
    "fct_churns": ("retention_basis", "customer_id", "churned_at"),
    "fct_orders": ("customer_id", "order_id"),
    "fct_customer_periods": ("customer_id", *PERIOD),
    "metrics_customer_churn_by_period": ("retention_basis", *PERIOD),
    "metrics_customer_churn_by_period_and_segment": (
        "retention_basis",
        *PERIOD,
        *SEGMENT,
    ),
    "metrics_customer_churn_by_period_and_method": (
        "retention_basis",
        *PERIOD,
        "method",
    ),
    "metrics_churn_reasons_by_period": (
        "retention_basis",
        *PERIOD,
        "churn_kind",
        "reason_code",
    ),
    "metrics_early_churn_by_cohort": COHORT,
    "metrics_mrr_by_period": PERIOD,
    "metrics_mrr_by_period_and_segment": (*PERIOD, *SEGMENT),
    "metrics_retention_by_cohort": (*COHORT, "period_number"),
    "metrics_retention_by_cohort_and_segment": (*COHORT, "period_number", *SEGMENT),
    "metrics_n_day_retention_by_cohort": (
        "period_grain",
        "cohort_start_date",
        "day_mode",
        "retention_kind",
        "day_number",
    ),
    "metrics_repeat_purchase_by_period": PERIOD,
    "metrics_revenue_concentration_by_period": PERIOD,
    "metrics_survival_by_tenure": TENURE,
    "metrics_survival_by_tenure_and_segment": (*TENURE, *SEGMENT),
    "metrics_customer_lifetime_by_cohort": COHORT,
    "metrics_lifetime_value_by_cohort": (*COHORT, "period_number"),
    "metrics_lifetime_value_by_segment": ("retention_basis", *SEGMENT),
    "metrics_trial_conversion_by_cohort": ("period_grain", "cohort_start_date"),
    "metrics_churn_decomposition_by_period": ("retention_basis", *PERIOD, *SEGMENT),
    "metrics_nps_by_period": PERIOD,
    "metrics_csat_by_period": PERIOD,
    "metrics_benchmark_comparison_by_period": (*PERIOD, "metric_name", "benchmark_id"),
}
# Marts of which every row belongs to one customer.
CUSTOMER_MARTS = (
    "fct_mrr_movements",
    "fct_churns",
    "dim_customers",
    "dim_customer_attributes",
    "fct_orders",
    "fct_customer_periods",
)
