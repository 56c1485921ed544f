"""Hypothesis strategies: policies, every value of every var."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from second_opinion.moments import FIRST_DAY
from second_opinion.periods import GRAINS
from second_opinion.policies import BUILT_IN_REASONS, Policies

COUNTED = (None, ("login",), ("login", "export"))
SEGMENTS = (
    ("acquisition_channel", "country", "plan_id"),
    ("country", "size"),
    ("plan_id", "size"),
    ("acquisition_channel",),
)


def policies(
    churn_kinds: Mapping[str, str] | None = None,
) -> st.SearchStrategy[Policies]:
    """Draw policies: every value of every var, `as_of_date` inside the range.

    Args:
        churn_kinds: Kind by reason of the seed that the build uses.

    """
    pick = st.sampled_from
    return st.builds(
        Policies,
        as_of_date=st.one_of(
            st.just(date(2024, 7, 1)),
            st.dates(FIRST_DAY + timedelta(days=20), date(2024, 7, 10)),
        ),
        reporting_timezone=pick(("UTC", "America/New_York", "Asia/Kolkata")),
        reporting_currency=pick(("USD", "USD", "EUR")),
        purchase_inactivity_days=pick((90, 30, 7)),
        activity_inactivity_days=pick((30, 7, 1)),
        churn_recognition=pick(("service_end", "cancel_request")),
        pause_policy=pick(("zero_mrr_keep_customer", "churn", "keep_mrr")),
        past_due_days=pick((None, 0, 3, 14)),
        free_plan_policy=pick(("not_customer", "customer")),
        subscription_merge_gap_days=pick((0, 0, 1, 7, 30)),
        discount_policy=pick(("all", "none")),
        fx_policy=pick(("period_start_rate", "fixed_rate")),
        reactivation_in_net=st.booleans(),
        counted_activity_events=pick(COUNTED),
        trial_conversion_days=pick((30, 7, 1)),
        gross_margin=pick((Decimal(1), Decimal("0.8"), Decimal("0.35"))),
        lifetime_horizon_months=pick((36, 12, 3, 1)),
        annual_discount_rate=pick((Decimal("0.1"), Decimal(0), Decimal("0.25"))),
        small_sample_size=pick((30, 2)),
        segment_names=pick(SEGMENTS),
        customer_period_grains=pick((("month",), GRAINS, ("week", "quarter"))),
        churn_kinds=st.just(dict(churn_kinds or BUILT_IN_REASONS)),
    )
