with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

-- What a customer paid before its cohort's first period belongs to no cell.
sets as (

    select
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        period_days.period_start_date,
        sum(revenue_days.revenue_amount) as cohort_revenue,
        count(*) as contributions

    from revenue_days
    inner join customer_cohorts
        on revenue_days.customer_id = customer_cohorts.customer_id
    inner join period_days
        on
            revenue_days.revenue_date = period_days.date_day
            and customer_cohorts.period_grain = period_days.period_grain
    where period_days.period_start_date >= customer_cohorts.cohort_start_date
    group by
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        period_days.period_start_date

),

-- Many to many on purpose: each set has a value of every segment.
cohort_revenue as (

    select
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sets.period_start_date,
        sum(sets.cohort_revenue) as cohort_revenue,
        {{ sum_of_counts('sets.contributions') }} as contributions

    from sets
    inner join segment_sets on sets.segment_set_id = segment_sets.segment_set_id
    group by
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sets.period_start_date

)

select * from cohort_revenue
