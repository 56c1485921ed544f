{% set gross_margin = setting('gross_margin') %}

with

cohort_retention as (

    select * from {{ ref('int_cohort_retention') }}
    where segment_name = 'all'

),

acquisition_costs as (

    select * from {{ ref('int_acquisition_costs') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where period_grain != 'day'

),

daily_costs as (

    select
        cost_date,
        sum(cost_amount) as cost_amount

    from acquisition_costs
    group by cost_date

),

-- Many to many on purpose: a cost is part of one period of each grain.
period_costs as (

    select
        periods.period_grain,
        periods.period_start_date,
        sum(daily_costs.cost_amount) as cost_amount

    from periods
    cross join daily_costs
    where
        daily_costs.cost_date >= periods.period_start_date
        and daily_costs.cost_date < periods.next_period_start_date
    group by
        periods.period_grain,
        periods.period_start_date

),

margins as (

    select
        cohort_retention.*,
        cohort_retention.unrounded_cumulative_revenue
        * {{ gross_margin }} as margin_amount,
        period_costs.cost_amount

    from cohort_retention
    left join period_costs
        on
            cohort_retention.period_grain = period_costs.period_grain
            and cohort_retention.cohort_start_date = period_costs.period_start_date

),

-- A row says what was known at its age: paid back at this age or at one before.
paybacks as (

    select
        *,
        min(case when margin_amount >= cost_amount then period_number end) over (
            partition by
                retention_basis,
                period_grain,
                cohort_start_date
            order by period_number
            rows between unbounded preceding and current row
        ) + 1 as payback_periods

    from margins

),

lifetime_value_by_cohort as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        period_number,
        is_complete,
        cohort_customers,
        cumulative_revenue,
        {{ safe_ratio('unrounded_cumulative_revenue', 'cohort_customers') }}
            as realised_ltv,
        {{ safe_ratio('margin_amount', 'cohort_customers') }} as realised_margin_ltv,
        {{ round_money('cost_amount') }}
            as acquisition_cost_amount,
        {{ safe_ratio('cost_amount', 'cohort_customers') }}
            as customer_acquisition_cost,
        {{ safe_ratio('margin_amount', 'cost_amount') }} as ltv_to_cac_ratio,
        cast(payback_periods as {{ type_rate() }})
        * case period_grain
            when 'week' then {{ safe_ratio('12', '52') }}
            when 'month' then 1
            when 'quarter' then 3
            else 12
        end as payback_months

    from paybacks

)

select * from lifetime_value_by_cohort
