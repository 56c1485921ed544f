{% set earlier_periods -%}
    partition by retention_basis, period_grain, segment_name, segment_value
    order by period_start_date
{%- endset %}

with

customer_counts as (

    select * from {{ ref('int_customer_counts') }}

),

neighbours as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        segment_name,
        segment_value,
        starting_customers,
        customer_churn_rate,
        lag(period_start_date) over ({{ earlier_periods }})
            as previous_period_start_date,
        lag(starting_customers) over ({{ earlier_periods }})
            as previous_starting_customers,
        lag(customer_churn_rate) over ({{ earlier_periods }})
            as previous_customer_churn_rate

    from customer_counts

),

totals as (

    select *
    from neighbours
    where segment_name = 'all'

),

segments as (

    select *
    from neighbours
    where
        segment_name != 'all'
        and (starting_customers > 0 or previous_starting_customers > 0)

),

-- A segment that is empty in one of the two periods takes its rate in the other.
rates as (

    select
        segments.*,
        coalesce(segments.previous_customer_churn_rate, segments.customer_churn_rate)
            as rate_before,
        coalesce(segments.customer_churn_rate, segments.previous_customer_churn_rate)
            as rate_after,
        {{ safe_ratio(
            'segments.previous_starting_customers', 'totals.previous_starting_customers'
        ) }} as weight_before,
        {{ safe_ratio('segments.starting_customers', 'totals.starting_customers') }}
            as weight_after,
        (totals.previous_customer_churn_rate + totals.customer_churn_rate) / 2
            as mean_total_rate,
        totals.customer_churn_rate - totals.previous_customer_churn_rate
            as churn_rate_change

    from segments
    inner join totals
        on
            segments.retention_basis = totals.retention_basis
            and segments.period_grain = totals.period_grain
            and segments.period_start_date = totals.period_start_date

),

effects as (

    select
        *,
        (weight_after - weight_before)
        * ((rate_before + rate_after) / 2 - mean_total_rate) as mix_effect,
        (rate_after - rate_before) * (weight_before + weight_after) / 2 as rate_effect

    from rates

),

churn_decomposition_by_period as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        segment_name,
        segment_value,
        previous_period_start_date,
        previous_starting_customers,
        starting_customers,
        previous_customer_churn_rate,
        customer_churn_rate,
        mix_effect,
        rate_effect,
        mix_effect + rate_effect as total_effect,
        churn_rate_change

    from effects

)

select * from churn_decomposition_by_period
