"""The faults that are tried: one small change of one file each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A change of one model or macro that makes some number wrong.

    Attributes:
        name: What goes wrong, in a few words.
        file: Path of the file from the project's root.
        old: Text that is in the file exactly once.
        new: Text that takes its place.

    """

    name: str
    file: str
    old: str
    new: str


_SUBSCRIPTIONS = "models/intermediate/subscriptions/"
_CUSTOMERS = "models/intermediate/customers/"
_SEGMENTS = "models/intermediate/segments/"
_COHORTS = "models/intermediate/cohorts/"
_MARTS = "models/marts/"
_LIFETIMES = "models/intermediate/lifetimes/"

FAULTS = (
    Fault(
        "an end can no longer be withdrawn at its very instant",
        f"{_SUBSCRIPTIONS}int_subscription_ends.sql",
        "or announced_ends.undone_at > announced_ends.ends_at",
        "or announced_ends.undone_at >= announced_ends.ends_at",
    ),
    Fault(
        "an `ended` no longer overrules the end of the paid period",
        f"{_SUBSCRIPTIONS}int_subscription_ends.sql",
        "(next_ended_number is null or next_started_number < next_ended_number)",
        "(next_ended_number is null or next_ended_number > 0)",
    ),
    Fault(
        "past due counts as ended at once",
        f"{_SUBSCRIPTIONS}int_subscription_ends.sql",
        "{{ add_days('occurred_at', past_due_days) }} as ends_at",
        "{{ add_days('occurred_at', 0) }} as ends_at",
    ),
    Fault(
        "a price change before any start makes no customer",
        f"{_SUBSCRIPTIONS}int_subscription_timeline.sql",
        "(event_type = 'changed' and first_decisive_rank is null)",
        "(event_type = 'changed' and first_decisive_rank is not null)",
    ),
    Fault(
        "a recovery no longer revives what was past due for too long",
        f"{_SUBSCRIPTIONS}int_subscription_lives.sql",
        "or event_type in ('recovered', 'ended')",
        "or event_type in ('ended')",
    ),
    Fault(
        "whatever comes after an end revives the subscription",
        f"{_SUBSCRIPTIONS}int_subscription_lives.sql",
        "last_end <= last_start",
        "last_end >= last_start",
    ),
    Fault(
        "resumed no longer ends a pause",
        f"{_SUBSCRIPTIONS}int_subscription_instants.sql",
        "when is_start or event_type = 'resumed' then 2 * position\n",
        "when is_start then 2 * position\n",
    ),
    Fault(
        "an end without a reason forgets that of the request",
        f"{_SUBSCRIPTIONS}int_subscription_instants.sql",
        "coalesce(instants.reason_code, requests.reason_code)",
        "instants.reason_code",
    ),
    Fault(
        "a pause no longer lowers MRR",
        f"{_SUBSCRIPTIONS}int_subscription_states.sql",
        "when is_paused then 0",
        "when is_paused then price_mrr",
    ),
    Fault(
        "free plans make customers",
        f"{_SUBSCRIPTIONS}int_subscription_states.sql",
        "and coalesce(price_mrr, 0) > 0",
        "and coalesce(price_mrr, 0) >= 0",
    ),
    Fault(
        "discounts are forgotten",
        f"{_SUBSCRIPTIONS}int_subscription_events.sql",
        "- events.discount_amount",
        "- 0 * events.discount_amount",
    ),
    Fault(
        "a quarter has four months",
        f"{_SUBSCRIPTIONS}int_subscription_events.sql",
        "when 'quarter' then 3",
        "when 'quarter' then 4",
    ),
    Fault(
        "money is rounded down",
        "macros/adapters/divide_half_up.sql",
        "+ cast({{ denominator }} as hugeint) * 10000\n",
        "+ 0 * cast({{ denominator }} as hugeint)\n",
    ),
    Fault(
        "a gap of exactly the merge length is no longer closed",
        f"{_SUBSCRIPTIONS}int_subscription_changes.sql",
        "gaps.gap_ended_at\n                <= {{",
        "gaps.gap_ended_at\n                < {{",
    ),
    Fault(
        "the earlier of two stops says why",
        f"{_SUBSCRIPTIONS}int_subscription_stops.sql",
        "type_rank desc,\n                event_id desc",
        "type_rank,\n                event_id",
    ),
    Fault(
        "an event at the first instant of as_of_date is known",
        f"{_SUBSCRIPTIONS}int_subscription_events.sql",
        "{{ to_reporting_time('events.occurred_at') }} < as_of_date.as_of_at",
        "{{ to_reporting_time('events.occurred_at') }} <= as_of_date.as_of_at",
    ),
    Fault(
        "touching windows of inactivity are two spans",
        f"{_CUSTOMERS}int_inactivity_spans.sql",
        "when first_at > previous_runs_out_at then 1",
        "when first_at >= previous_runs_out_at then 1",
    ),
    Fault(
        "a window that runs out on as_of_date has run out",
        f"{_CUSTOMERS}int_customer_changes.sql",
        "{{ to_reporting_time('inactivity_spans.ended_at') }} < as_of_date.as_of_at",
        "{{ to_reporting_time('inactivity_spans.ended_at') }} <= as_of_date.as_of_at",
    ),
    Fault(
        "a churn without a listed reason is voluntary",
        f"{_CUSTOMERS}int_customer_changes.sql",
        "coalesce(churn_reasons.churn_kind, 'unknown')",
        "coalesce(churn_reasons.churn_kind, 'voluntary')",
    ),
    Fault(
        "who returns is new",
        f"{_CUSTOMERS}int_customer_period_edges.sql",
        "when is_active and was_ever_active then 'reactivated'",
        "when is_active and was_ever_active then 'new'",
    ),
    Fault(
        "who leaves is booked where it ends",
        f"{_SEGMENTS}int_customer_flows.sql",
        "when sets.outcome = 'churned' then starting_sets.segment_value",
        "when sets.outcome = 'churned' then ending_sets.segment_value",
    ),
    Fault(
        "who moves leaves no segment",
        f"{_SEGMENTS}int_mrr_flows.sql",
        "-sum(starting_mrr_in_currency) as mrr_step_in_currency",
        "0 * sum(starting_mrr_in_currency) as mrr_step_in_currency",
    ),
    Fault(
        "contraction is added, not taken away, in net churn",
        f"{_SEGMENTS}int_mrr_bridge.sql",
        "churned_mrr + contraction_mrr - expansion_mrr\n",
        "churned_mrr + contraction_mrr + expansion_mrr\n",
    ),
    Fault(
        "flows are worth the rate of the month before",
        "models/intermediate/calendar/int_exchange_rates.sql",
        "when known_rates.rate_date <= months.month_start_date",
        "when known_rates.rate_date < months.month_start_date",
    ),
    Fault(
        "the trailing year counts who came since",
        f"{_CUSTOMERS}int_trailing_year_mrr.sql",
        "case when had_mrr_then then mrr_now else 0 end as retained_mrr",
        "mrr_now as retained_mrr",
    ),
    Fault(
        "a day of return counts in every period",
        f"{_COHORTS}int_cohort_customers.sql",
        "or active_days.previous_active_date < period_days.period_start_date",
        "or active_days.previous_active_date <= period_days.period_start_date",
    ),
    Fault(
        "an end exactly at the mark is kept",
        f"{_MARTS}churn/metrics_early_churn_by_cohort.sql",
        "and local_spans.ended_at > customers.{{ mark }}_at",
        "and local_spans.ended_at >= customers.{{ mark }}_at",
    ),
    Fault(
        "a day that is not over counts for N-day retention",
        f"{_MARTS}retention/metrics_n_day_retention_by_cohort.sql",
        "'customer_return_days.first_date', day_number + 1",
        "'customer_return_days.first_date', day_number",
    ),
    Fault(
        "the last ones who leave have no factor, so the curve stays above 0",
        f"{_LIFETIMES}int_survival_curves.sql",
        "case when churned = at_risk then 0 else exp(log_survival) end",
        "coalesce(exp(log_survival), 1)",
    ),
    Fault(
        "who is still there counts as churned",
        f"{_LIFETIMES}int_first_spans.sql",
        "not customer_spans.is_open as has_churned",
        "true as has_churned",
    ),
    Fault(
        "who is censored before is still at risk later",
        f"{_LIFETIMES}int_survival_curves.sql",
        "order by tenure desc",
        "order by tenure asc",
    ),
    Fault(
        "survival knows every span, not the first alone",
        f"{_LIFETIMES}int_first_spans.sql",
        "where span_number = 1",
        "where span_number >= 1",
    ),
    Fault(
        "a month is not over on the last day of a shorter one",
        "macros/calendar/whole_months_between.sql",
        "= extract(month from {{ add_days(second_date, 1) }})",
        "= extract(month from {{ add_days(second_date, 0) }})",
    ),
    Fault(
        "bands are as wide as they would be on a plain scale",
        f"{_LIFETIMES}int_survival_curves.sql",
        "exp(1.959963984540054 * sqrt(greenwood_sum) / abs(log_survival))",
        "exp(1.959963984540054 * sqrt(greenwood_sum))",
    ),
    Fault(
        "who says 6 is no detractor",
        f"{_MARTS}feedback/metrics_nps_by_period.sql",
        "sum(case when score <= 6 then 1 else 0 end) as detractors",
        "sum(case when score < 6 then 1 else 0 end) as detractors",
    ),
    Fault(
        "the first answer of a period counts, not the last",
        "models/intermediate/feedback/int_customer_answers.sql",
        "known_answers.responded_at desc,",
        "known_answers.responded_at asc,",
    ),
    Fault(
        "a conversion at the very end of the window is too late",
        f"{_MARTS}revenue/metrics_trial_conversion_by_cohort.sql",
        "<= {{ add_days(",
        "< {{ add_days(",
    ),
    Fault(
        "a segment that was empty had a churn rate of 0",
        f"{_MARTS}churn/metrics_churn_decomposition_by_period.sql",
        "coalesce(segments.previous_customer_churn_rate, segments.customer_churn_rate)",
        "coalesce(segments.previous_customer_churn_rate, 0)",
    ),
    Fault(
        "churn of a year is that of a month, times twelve",
        "models/intermediate/benchmarks/int_benchmarks.sql",
        "else 1 - power(1 - low_value, lengths)",
        "else low_value * lengths",
    ),
    Fault(
        "a restricted mean is guessed beyond what was observed",
        f"{_LIFETIMES}int_restricted_lifetimes.sql",
        "and (longest_tenure >= {{ horizon }} or last_survival_rate = 0)",
        "and (longest_tenure >= 0 or last_survival_rate = 0)",
    ),
    Fault(
        "the error of a restricted mean takes the area so far",
        f"{_LIFETIMES}int_restricted_lifetimes.sql",
        "order by tenure desc",
        "order by tenure asc",
    ),
    Fault(
        "the first month is discounted already",
        f"{_LIFETIMES}int_restricted_lifetimes.sql",
        "{{ discount_factor('tenure', annual_rate) }}",
        "{{ discount_factor('tenure + 1', annual_rate) }}",
    ),
    Fault(
        "the naive lifetime counts only who has left",
        "models/marts/lifetime_value/metrics_customer_lifetime_by_cohort.sql",
        "sum(tenure * (churned + censored)) as customer_months",
        "sum(tenure * churned) as customer_months",
    ),
    Fault(
        "costs of the first day of the next period are this cohort's",
        "models/marts/lifetime_value/metrics_lifetime_value_by_cohort.sql",
        "and daily_costs.cost_date < periods.next_period_start_date",
        "and daily_costs.cost_date <= periods.next_period_start_date",
    ),
    Fault(
        "a cohort that has not paid back yet shows when it will",
        "models/marts/lifetime_value/metrics_lifetime_value_by_cohort.sql",
        "rows between unbounded preceding and current row",
        "rows between unbounded preceding and unbounded following",
    ),
    Fault(
        "customers who came before any cost was known lower CAC",
        f"{_LIFETIMES}int_acquisition_sums.sql",
        "where starts.started_date >= costs.first_cost_month_start_date",
        "where starts.started_date >= starts.started_date",
    ),
    Fault(
        "the open month counts among the last six",
        f"{_LIFETIMES}int_recent_months.sql",
        "where period_grain = 'month' and is_complete",
        "where period_grain = 'month'",
    ),
)
