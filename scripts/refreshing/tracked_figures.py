"""Which figures are written down at every publication, and what can change them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrackedMart:
    """The headline figures of one mart.

    `key` begins with the grain and the first day of the row's period or cohort. `end`
    is SQL for the first day on which the row is complete.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    end: str = "next_period_start_date"


PERIOD = ("period_grain", "period_start_date")
END_OF_COHORT_CELL = """
cast(cohort_start_date + case period_grain
    when 'day' then to_days(period_number::integer + 1)
    when 'week' then to_days(7 * (period_number::integer + 1))
    when 'month' then to_months(period_number::integer + 1)
    when 'quarter' then to_months(3 * (period_number::integer + 1))
    else to_months(12 * (period_number::integer + 1))
end as date)
"""

TRACKED_MARTS = (
    TrackedMart(
        "metrics_customer_churn_by_period",
        (*PERIOD, "retention_basis"),
        (
            "starting_customers",
            "new_customers",
            "reactivated_customers",
            "churned_customers",
            "ending_customers",
            "customer_churn_rate",
        ),
    ),
    TrackedMart(
        "metrics_mrr_by_period",
        PERIOD,
        (
            "starting_mrr",
            "new_mrr",
            "reactivation_mrr",
            "expansion_mrr",
            "contraction_mrr",
            "churned_mrr",
            "fx_impact_mrr",
            "ending_mrr",
            "gross_revenue_retention_rate",
            "net_revenue_retention_rate",
        ),
    ),
    TrackedMart(
        "metrics_retention_by_cohort",
        ("period_grain", "cohort_start_date", "retention_basis", "period_number"),
        (
            "cohort_customers",
            "retained_customers",
            "returning_customers",
            "retained_mrr",
            "cumulative_revenue",
        ),
        end=END_OF_COHORT_CELL,
    ),
    TrackedMart(
        "metrics_repeat_purchase_by_period",
        PERIOD,
        (
            "buyers",
            "repeat_buyers",
            "orders",
            "revenue_amount",
            "refunded_amount",
            "repeat_purchase_rate",
        ),
    ),
    TrackedMart(
        "metrics_revenue_concentration_by_period",
        PERIOD,
        ("customers", "revenue_amount", "top_10_percent_revenue_share"),
    ),
    TrackedMart("metrics_nps_by_period", PERIOD, ("respondents", "nps")),
    TrackedMart("metrics_csat_by_period", PERIOD, ("respondents", "csat")),
)

# Groups of figures that the rows of a table can change; the model int_figure_changes
# puts every figure into one of them.
TOUCHED_BY_SUBSCRIPTIONS = ("mrr", "subscription", "cohort_revenue")
TOUCHED_BY_PAYMENTS = ("purchase", "revenue", "cohort_revenue")
TOUCHED_BY_REFUNDS = ("revenue", "cohort_revenue")
TOUCHED_BY_ACTIVITY = ("activity", "cohort_revenue")
TOUCHED_BY_ANSWERS = ("survey",)
TOUCHED_BY_RATES = ("mrr", "revenue", "cohort_revenue")
TOUCHED_BY_PEOPLE = (
    "mrr",
    "subscription",
    "revenue",
    "cohort_revenue",
    "purchase",
    "activity",
    "survey",
)
