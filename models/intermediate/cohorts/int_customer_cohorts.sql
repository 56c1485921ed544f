with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where change_number = 1

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

segment_sets as (

    select * from {{ ref('int_customer_segment_sets') }}
    where change_number = 1

),

-- Many to many on purpose: a customer has a cohort of each grain, and is booked for
-- good under the segments in force at its first activation.
customer_cohorts as (

    select
        customer_changes.retention_basis,
        customer_changes.customer_id,
        period_days.period_grain,
        period_days.period_start_date as cohort_start_date,
        segment_sets.segment_set_id

    from customer_changes
    inner join period_days on customer_changes.changed_date = period_days.date_day
    inner join segment_sets
        on
            customer_changes.retention_basis = segment_sets.retention_basis
            and customer_changes.customer_id = segment_sets.customer_id

)

select * from customer_cohorts
