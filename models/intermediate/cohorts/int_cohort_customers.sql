with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

edges as (

    select * from {{ ref('int_customer_period_edges') }}
    where was_active != is_active

),

active_days as (

    select * from {{ ref('int_customer_active_days') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

-- The first of a customer's days in a period stands for all of them.
active_periods as (

    select
        active_days.retention_basis,
        active_days.customer_id,
        period_days.period_grain,
        period_days.period_start_date

    from active_days
    inner join period_days on active_days.active_date = period_days.date_day
    where
        active_days.previous_active_date is null
        or active_days.previous_active_date < period_days.period_start_date

),

-- Who became active or inactive over a period, and who did something inside it.
customer_steps as (

    select
        retention_basis,
        customer_id,
        period_grain,
        period_start_date,
        case when is_active then 1 else -1 end as retained_step,
        case when was_active then 1 else 0 end as churned_customer,
        0 as returning_customer

    from edges

    union all

    select
        retention_basis,
        customer_id,
        period_grain,
        period_start_date,
        0 as retained_step,
        0 as churned_customer,
        1 as returning_customer

    from active_periods

),

sets as (

    select
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        customer_steps.period_start_date,
        {{ sum_of_counts('customer_steps.retained_step') }} as retained_step,
        {{ sum_of_counts('customer_steps.churned_customer') }} as churned_customers,
        {{ sum_of_counts('customer_steps.returning_customer') }} as returning_customers,
        count(*) as contributions

    from customer_steps
    inner join customer_cohorts
        on
            customer_steps.retention_basis = customer_cohorts.retention_basis
            and customer_steps.customer_id = customer_cohorts.customer_id
            and customer_steps.period_grain = customer_cohorts.period_grain
    group by
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        customer_steps.period_start_date

),

-- Many to many on purpose: each set has a value of every segment.
cohort_customers as (

    select
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sets.period_start_date,
        {{ sum_of_counts('sets.retained_step') }} as retained_step,
        {{ sum_of_counts('sets.churned_customers') }} as churned_customers,
        {{ sum_of_counts('sets.returning_customers') }} as returning_customers,
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

select * from cohort_customers
