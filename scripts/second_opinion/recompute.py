"""The pure core: raw rows and policies in, marts out; no database, no clock."""

from __future__ import annotations

from collections import defaultdict

from second_opinion.marts import customer_churn, customers
from second_opinion.marts.benchmarks import benchmark_rows
from second_opinion.marts.cohort_value import cohort_value_rows
from second_opinion.marts.cohorts import cohort_rows
from second_opinion.marts.customer_periods import customer_period_rows
from second_opinion.marts.decomposition import decomposition_rows
from second_opinion.marts.early_churn import early_churn_rows
from second_opinion.marts.feedback import feedback_rows
from second_opinion.marts.lifetime import lifetime_rows
from second_opinion.marts.mrr import mrr_rows, mrr_segment_rows
from second_opinion.marts.n_day import n_day_rows
from second_opinion.marts.purchases import concentration_rows, repeat_purchase_rows
from second_opinion.marts.segment_value import segment_value_rows
from second_opinion.marts.survival import survival_rows
from second_opinion.marts.trials import trial_rows
from second_opinion.people import World, build_world
from second_opinion.periods import COHORT_GRAINS, GRAINS, Periods
from second_opinion.policies import Policies
from second_opinion.raw_rows import RawData
from second_opinion.states import BASES
from second_opinion.tally import Tally, first_day

Row = dict[str, object]
Marts = dict[str, list[Row]]


def recompute(raw: RawData, policies: Policies) -> Marts:
    """All marts of the second opinion.

    Args:
        raw: Every stored version of every loaded raw row.
        policies: The vars of the build.

    Returns:
        Rows by mart name; instants naive UTC, money Decimal with 4 decimals.

    Raises:
        SecondOpinionError: A price or a currency cannot be read.

    """
    world = build_world(raw, policies)
    marts = _customer_level(world)
    for basis in BASES:
        _add_survival(marts, world, basis)
        marts["metrics_customer_lifetime_by_cohort"] += lifetime_rows(world, basis)
        marts["metrics_lifetime_value_by_segment"] += segment_value_rows(world, basis)
        marts["metrics_early_churn_by_cohort"] += early_churn_rows(world, basis)
        day = first_day(world, basis)
        if day is None:
            continue
        for grain in GRAINS:
            periods = Periods.covering(grain, day, policies.as_of_date)
            _add_period_marts(marts, world, basis, periods)
            if grain in COHORT_GRAINS:
                totals, twins = cohort_rows(world, basis, periods)
                marts["metrics_lifetime_value_by_cohort"] += cohort_value_rows(
                    world, basis, periods
                )
                marts["metrics_retention_by_cohort"] += totals
                marts["metrics_retention_by_cohort_and_segment"] += twins
    marts["metrics_n_day_retention_by_cohort"] = n_day_rows(world)
    marts["metrics_repeat_purchase_by_period"] = repeat_purchase_rows(world)
    marts["metrics_revenue_concentration_by_period"] = concentration_rows(world)
    marts["metrics_trial_conversion_by_cohort"] = trial_rows(world)
    marts["metrics_benchmark_comparison_by_period"] = benchmark_rows(
        marts["metrics_customer_churn_by_period"],
        marts["metrics_mrr_by_period"],
        policies.benchmarks,
    )
    marts["metrics_nps_by_period"] = feedback_rows(world, "nps")
    marts["metrics_csat_by_period"] = feedback_rows(world, "csat")
    return dict(marts)


def recompute_customer_level(raw: RawData, policies: Policies) -> Marts:
    """Only the marts whose rows each belong to one customer."""
    return dict(_customer_level(build_world(raw, policies)))


def _customer_level(world: World) -> Marts:
    """Marts of which every row belongs to one customer."""
    marts: Marts = defaultdict(list)
    marts["fct_mrr_movements"] = customers.movement_rows(world)
    marts["fct_churns"] = customers.churn_rows(world)
    marts["fct_orders"] = customers.order_rows(world)
    marts["fct_customer_periods"] = customer_period_rows(world)
    marts["dim_customers"] = customers.customer_rows(world)
    marts["dim_customer_attributes"] = customers.attribute_rows(world)
    return marts


def _add_survival(marts: Marts, world: World, basis: str) -> None:
    """Add the curves of one basis."""
    totals, twins = survival_rows(world, basis)
    marts["metrics_survival_by_tenure"] += totals
    marts["metrics_survival_by_tenure_and_segment"] += twins


def _add_period_marts(marts: Marts, world: World, basis: str, periods: Periods) -> None:
    """Add the rows of one basis and grain to the marts by period."""
    tally = Tally(world, basis, periods)
    churn = "metrics_customer_churn_by_period"
    marts[churn] += customer_churn.churn_rows(world, basis, tally)
    marts[f"{churn}_and_segment"] += customer_churn.churn_segment_rows(
        world, basis, tally
    )
    marts[f"{churn}_and_method"] += customer_churn.churn_method_rows(basis, tally)
    marts["metrics_churn_reasons_by_period"] += customer_churn.churn_reason_rows(
        basis, tally
    )
    marts["metrics_churn_decomposition_by_period"] += decomposition_rows(basis, tally)
    if basis == "subscription":
        marts["metrics_mrr_by_period"] += mrr_rows(world, tally)
        marts["metrics_mrr_by_period_and_segment"] += mrr_segment_rows(world, tally)
