with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

sets as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_set_id,
        count(*) as cohort_customers

    from customer_cohorts
    group by
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_set_id

),

-- Many to many on purpose: each set has a value of every segment.
cohorts as (

    select
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sum(sets.cohort_customers) as cohort_customers

    from sets
    inner join segment_sets on sets.segment_set_id = segment_sets.segment_set_id
    group by
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value

),

numbered_cohorts as (

    select
        cohorts.*,
        periods.period_index as cohort_index

    from cohorts
    inner join periods
        on
            cohorts.period_grain = periods.period_grain
            and cohorts.cohort_start_date = periods.period_start_date

),

-- Many to many on purpose: each cohort in every period that has begun since.
cohort_cells as (

    select
        numbered_cohorts.retention_basis,
        numbered_cohorts.period_grain,
        numbered_cohorts.cohort_start_date,
        numbered_cohorts.segment_name,
        numbered_cohorts.segment_value,
        numbered_cohorts.cohort_customers,
        periods.period_start_date,
        periods.rate_month_start_date,
        periods.is_complete,
        periods.period_index - numbered_cohorts.cohort_index as period_number

    from numbered_cohorts
    inner join periods on numbered_cohorts.period_grain = periods.period_grain
    where periods.period_index >= numbered_cohorts.cohort_index

)

select * from cohort_cells
