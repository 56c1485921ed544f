{% set amounts = [
    'starting_mrr', 'new_mrr', 'reactivation_mrr', 'expansion_mrr', 'contraction_mrr',
    'churned_mrr', 'entering_mrr', 'leaving_mrr', 'ending_mrr'
] %}

with

mrr_sums as (

    select * from {{ ref('int_mrr_sums') }}

),

customer_counts as (

    select * from {{ ref('int_customer_counts') }}
    where retention_basis = 'subscription'

),

-- A free customer pays nothing in any currency: a segment of such alone has no sums.
-- What the flows leave unexplained is the change of the rates.
amounts as (

    select
        customer_counts.period_grain,
        customer_counts.period_start_date,
        customer_counts.next_period_start_date,
        customer_counts.is_complete,
        customer_counts.segment_name,
        customer_counts.segment_value,
        customer_counts.starting_customers,
        customer_counts.ending_customers,
        coalesce(mrr_sums.starting_mrr, 0) as starting_mrr,
        coalesce(mrr_sums.new_mrr, 0) as new_mrr,
        coalesce(mrr_sums.reactivation_mrr, 0) as reactivation_mrr,
        coalesce(mrr_sums.expansion_mrr, 0) as expansion_mrr,
        coalesce(mrr_sums.contraction_mrr, 0) as contraction_mrr,
        coalesce(mrr_sums.churned_mrr, 0) as churned_mrr,
        coalesce(mrr_sums.entering_mrr, 0) as entering_mrr,
        coalesce(mrr_sums.leaving_mrr, 0) as leaving_mrr,
        coalesce(mrr_sums.ending_mrr, 0) as ending_mrr,
        coalesce(
            mrr_sums.ending_mrr - mrr_sums.starting_mrr - mrr_sums.new_mrr
            - mrr_sums.reactivation_mrr - mrr_sums.expansion_mrr
            + mrr_sums.contraction_mrr + mrr_sums.churned_mrr
            - mrr_sums.entering_mrr + mrr_sums.leaving_mrr,
            0
        ) as fx_impact_mrr

    from customer_counts
    left join mrr_sums
        on
            customer_counts.period_grain = mrr_sums.period_grain
            and customer_counts.period_start_date = mrr_sums.period_start_date
            and customer_counts.segment_name = mrr_sums.segment_name
            and customer_counts.segment_value = mrr_sums.segment_value

),

-- Losses and gains are measured against the MRR of those booked here, at the rates of
-- the period's end.
bases as (

    select
        *,
        starting_mrr + fx_impact_mrr + entering_mrr - leaving_mrr as base_mrr,
        churned_mrr + contraction_mrr as lost_mrr,
        churned_mrr + contraction_mrr - expansion_mrr
        {% if setting('reactivation_in_net') -%}
            - reactivation_mrr
        {%- endif %} as net_lost_mrr

    from amounts

),

-- Rates come from the exact sums; only then are the sums rounded, once.
rates as (

    select
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        segment_name,
        segment_value,
        starting_customers,
        ending_customers,
        {% for amount in amounts -%}
            {{ round_money(amount) }} as {{ amount }},
        {% endfor -%}
        cast(
            {{ divide_half_up('round(ending_mrr, 8)', 'nullif(ending_customers, 0)') }}
            as {{ type_money_sum() }}
        ) as average_revenue_per_customer,
        cast(12 * round(ending_mrr, 4) as {{ type_money_sum() }}) as arr,
        {{ safe_ratio('lost_mrr', 'base_mrr') }} as gross_revenue_churn_rate,
        {{ safe_ratio('net_lost_mrr', 'base_mrr') }} as net_revenue_churn_rate,
        1 - {{ safe_ratio('lost_mrr', 'base_mrr') }} as gross_revenue_retention_rate,
        1 - {{ safe_ratio('net_lost_mrr', 'base_mrr') }} as net_revenue_retention_rate,
        {{ safe_ratio('new_mrr + reactivation_mrr + expansion_mrr', 'lost_mrr') }}
            as quick_ratio

    from bases

),

-- The rounded bridge closes to its last digit.
mrr_bridge as (

    select
        *,
        cast(
            ending_mrr - starting_mrr - new_mrr - reactivation_mrr - expansion_mrr
            + contraction_mrr + churned_mrr - entering_mrr + leaving_mrr
            as {{ type_money_sum() }}
        ) as fx_impact_mrr

    from rates

)

select * from mrr_bridge
