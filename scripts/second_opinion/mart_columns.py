"""The columns of the interface that are compared, keys excluded."""

from __future__ import annotations

from second_opinion.value_columns import VALUE_COLUMNS

_RATE = ("customer_churn_rate", "customer_churn_rate_low", "customer_churn_rate_high")
_CHURN = (
    "next_period_start_date",
    "is_complete",
    "starting_customers",
    "new_customers",
    "reactivated_customers",
    "churned_customers",
    "retained_customers",
    "ending_customers",
    "joined_and_churned_customers",
    "reactivated_and_churned_customers",
    "churned_and_reactivated_customers",
    "voluntary_churned_customers",
    "involuntary_churned_customers",
    "unknown_churned_customers",
    *_RATE,
    "customer_retention_rate",
    "is_small_sample",
)
_MRR = (
    "next_period_start_date",
    "is_complete",
    "starting_mrr",
    "new_mrr",
    "reactivation_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churned_mrr",
    "fx_impact_mrr",
    "ending_mrr",
    "ending_customers",
    "average_revenue_per_customer",
    "arr",
    "gross_revenue_churn_rate",
    "net_revenue_churn_rate",
    "gross_revenue_retention_rate",
    "net_revenue_retention_rate",
    "quick_ratio",
)
_COHORT = (
    "is_complete",
    "cohort_customers",
    "retained_customers",
    "retention_rate",
    "retention_rate_low",
    "retention_rate_high",
    "returning_customers",
    "return_rate",
    "return_rate_low",
    "return_rate_high",
    "cohort_mrr",
    "retained_mrr",
    "revenue_retention_rate",
    "cohort_revenue",
    "cumulative_revenue",
)
_EARLY = tuple(
    f"{spell}_{column}"
    for spell in ("first_month", "first_year", "second_year")
    for column in (
        "eligible_customers",
        "churned_customers",
        "churn_rate",
        "churn_rate_low",
        "churn_rate_high",
    )
)
_TOP = tuple(
    f"top_{share}_percent_{column}"
    for share in (1, 10, 20, 50)
    for column in ("customers", "revenue_share")
)
_PERIOD = ("next_period_start_date", "is_complete")
MART_COLUMNS: dict[str, tuple[str, ...]] = {
    "dim_customers": (
        "is_subscribed",
        "is_purchase_active",
        "is_activity_active",
        "churned_at",
        "churn_kind",
        "churn_reason_code",
        "order_count",
        "mrr",
        "lifetime_revenue",
    ),
    "dim_customer_attributes": ("attribute_value", "next_valid_from"),
    "fct_mrr_movements": (
        "movement_number",
        "movement_type",
        "mrr_before",
        "mrr_change",
        "mrr_after",
        "plan_before",
        "plan_after",
        "reason_code",
    ),
    "fct_churns": (
        "churn_kind",
        "reason_code",
        "lost_mrr",
        "tenure_days",
        "returned_at",
    ),
    "fct_orders": (
        "ordered_at",
        "order_number",
        "amount",
        "refunded_amount",
        "days_since_previous_order",
    ),
    "fct_customer_periods": (
        *_PERIOD,
        "starting_mrr",
        "ending_mrr",
        "movement_type",
        "was_active",
        "is_active",
        "revenue_amount",
        "order_count",
        "active_days",
    ),
    "metrics_customer_churn_by_period": _CHURN,
    "metrics_customer_churn_by_period_and_segment": (
        *_CHURN,
        "entering_customers",
        "leaving_customers",
    ),
    "metrics_customer_churn_by_period_and_method": (
        *_PERIOD,
        "numerator",
        "denominator",
        "customer_churn_rate",
    ),
    "metrics_churn_reasons_by_period": (
        *_PERIOD,
        "churned_customers",
        "churned_mrr",
        "customer_share",
        "mrr_share",
    ),
    "metrics_early_churn_by_cohort": ("is_complete", *_EARLY),
    "metrics_mrr_by_period": (
        *_MRR,
        "trailing_year_net_revenue_retention_rate",
        "trailing_year_gross_revenue_retention_rate",
    ),
    "metrics_mrr_by_period_and_segment": (*_MRR, "entering_mrr", "leaving_mrr"),
    "metrics_retention_by_cohort": _COHORT,
    "metrics_retention_by_cohort_and_segment": _COHORT,
    "metrics_n_day_retention_by_cohort": (
        "eligible_customers",
        "returned_customers",
        "retention_rate",
        "retention_rate_low",
        "retention_rate_high",
    ),
    "metrics_repeat_purchase_by_period": (
        *_PERIOD,
        "buyers",
        "repeat_buyers",
        "repeat_purchase_rate",
        "repeat_purchase_rate_low",
        "repeat_purchase_rate_high",
        "new_buyers",
        "returning_buyers",
        "orders",
        "revenue_amount",
        "refunded_amount",
        "guest_orders",
        "guest_revenue_amount",
        "average_order_value",
        "first_order_revenue",
        "repeat_order_revenue",
        "lifetime_buyers",
        "lifetime_repeat_buyers",
        "lifetime_repeat_purchase_rate",
        "lifetime_repeat_purchase_rate_low",
        "lifetime_repeat_purchase_rate_high",
    ),
    "metrics_revenue_concentration_by_period": (
        *_PERIOD,
        "customers",
        "customers_for_80_percent",
        "revenue_amount",
        *_TOP,
        "gini_ratio",
    ),
    **VALUE_COLUMNS,
}
