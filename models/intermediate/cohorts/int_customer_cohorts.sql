with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where change_number = 1

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

segment_values as (

    select * from {{ ref('int_customer_segment_values') }}
    where change_number = 1

),

-- A customer is booked for good under the values in force at its first activation.
everybody_and_segments as (

    select
        retention_basis,
        customer_id,
        'all' as segment_name,
        'all' as segment_value

    from customer_changes

    union all

    select
        retention_basis,
        customer_id,
        segment_name,
        segment_value

    from segment_values

),

-- Many to many on purpose: a customer has a cohort of each grain in each segment.
customer_cohorts as (

    select
        customer_changes.retention_basis,
        customer_changes.customer_id,
        period_days.period_grain,
        period_days.period_start_date as cohort_start_date,
        everybody_and_segments.segment_name,
        everybody_and_segments.segment_value

    from customer_changes
    inner join period_days on customer_changes.changed_date = period_days.date_day
    inner join everybody_and_segments
        on
            customer_changes.retention_basis = everybody_and_segments.retention_basis
            and customer_changes.customer_id = everybody_and_segments.customer_id

)

select * from customer_cohorts
