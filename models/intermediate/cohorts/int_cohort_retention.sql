{% set periods_so_far -%}
    partition by cohort_sizes.cohort_number
    order by cohort_ages.period_number
    rows between unbounded preceding and current row
{%- endset %}

with

-- A number stands for the five keys of a cohort, because sorting the cells is the
-- dearest part.
cohort_sizes as (

    select
        *,
        row_number() over (
            order by
                retention_basis,
                period_grain,
                cohort_start_date,
                segment_name,
                segment_value
        ) as cohort_number

    from {{ ref('int_cohort_sizes') }}

),

cohort_ages as (

    select * from {{ ref('int_cohort_ages') }}

),

cohort_customers as (

    select * from {{ ref('int_cohort_customers') }}

),

cohort_mrr as (

    select * from {{ ref('int_cohort_mrr') }}

),

cohort_revenue as (

    select * from {{ ref('int_cohort_revenue') }}

),

-- Many to many on purpose: each cohort at every age. Its customers, MRR and revenue are
-- those of its past periods carried forward.
cells as (

    select
        cohort_sizes.retention_basis,
        cohort_sizes.period_grain,
        cohort_sizes.cohort_start_date,
        cohort_sizes.segment_name,
        cohort_sizes.segment_value,
        cohort_ages.period_number,
        cohort_ages.is_complete,
        cohort_sizes.contributions as cohort_customers,
        cast(
            sum(coalesce(cohort_customers.retained_step, 0)) over ({{ periods_so_far }})
            as {{ dbt.type_bigint() }}
        ) as retained_customers,
        case
            when cohort_sizes.retention_basis != 'subscription'
                then coalesce(cohort_customers.returning_customers, 0)
        end as returning_customers,
        case
            when cohort_sizes.retention_basis = 'subscription'
                then coalesce(cohort_mrr.retained_mrr, 0)
        end as retained_mrr,
        coalesce(cohort_revenue.cohort_revenue, 0) as cohort_revenue,
        sum(coalesce(cohort_revenue.cohort_revenue, 0)) over ({{ periods_so_far }})
            as cumulative_revenue,
        first_value(
            case
                when cohort_sizes.retention_basis = 'subscription'
                    then coalesce(cohort_mrr.retained_mrr, 0)
            end
        ) over ({{ periods_so_far }}) as cohort_mrr

    from cohort_sizes
    inner join cohort_ages
        on
            cohort_sizes.period_grain = cohort_ages.period_grain
            and cohort_sizes.cohort_start_date = cohort_ages.cohort_start_date
    left join cohort_customers
        on
            cohort_sizes.retention_basis = cohort_customers.retention_basis
            and cohort_sizes.period_grain = cohort_customers.period_grain
            and cohort_sizes.cohort_start_date = cohort_customers.cohort_start_date
            and cohort_sizes.segment_name = cohort_customers.segment_name
            and cohort_sizes.segment_value = cohort_customers.segment_value
            and cohort_ages.period_start_date = cohort_customers.period_start_date
    left join cohort_mrr
        on
            cohort_sizes.retention_basis = cohort_mrr.retention_basis
            and cohort_sizes.period_grain = cohort_mrr.period_grain
            and cohort_sizes.cohort_start_date = cohort_mrr.cohort_start_date
            and cohort_sizes.segment_name = cohort_mrr.segment_name
            and cohort_sizes.segment_value = cohort_mrr.segment_value
            and cohort_ages.period_start_date = cohort_mrr.period_start_date
    left join cohort_revenue
        on
            cohort_sizes.retention_basis = cohort_revenue.retention_basis
            and cohort_sizes.period_grain = cohort_revenue.period_grain
            and cohort_sizes.cohort_start_date = cohort_revenue.cohort_start_date
            and cohort_sizes.segment_name = cohort_revenue.segment_name
            and cohort_sizes.segment_value = cohort_revenue.segment_value
            and cohort_ages.period_start_date = cohort_revenue.period_start_date

),

cohort_retention as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        cast(period_number as {{ dbt.type_bigint() }}) as period_number,
        segment_name,
        segment_value,
        is_complete,
        cast(cohort_customers as {{ dbt.type_bigint() }}) as cohort_customers,
        retained_customers,
        {{ safe_ratio('retained_customers', 'cohort_customers') }} as retention_rate,
        {{ wilson_low('retained_customers', 'cohort_customers') }}
            as retention_rate_low,
        {{ wilson_high('retained_customers', 'cohort_customers') }}
            as retention_rate_high,
        cast(returning_customers as {{ dbt.type_bigint() }}) as returning_customers,
        {{ safe_ratio('returning_customers', 'cohort_customers') }} as return_rate,
        {{ wilson_low('returning_customers', 'cohort_customers') }} as return_rate_low,
        {{ wilson_high('returning_customers', 'cohort_customers') }}
            as return_rate_high,
        {{ round_money('cohort_mrr') }} as cohort_mrr,
        {{ round_money('retained_mrr') }} as retained_mrr,
        {{ safe_ratio('retained_mrr', 'cohort_mrr') }} as revenue_retention_rate,
        {{ round_money('cohort_revenue') }} as cohort_revenue,
        {{ round_money('cumulative_revenue') }}
            as cumulative_revenue,
        cumulative_revenue as unrounded_cumulative_revenue,
        cohort_customers < {{ setting('small_sample_size') }} as is_small_sample

    from cells

)

select * from cohort_retention
