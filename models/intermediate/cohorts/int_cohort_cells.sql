with

cohort_sizes as (

    select * from {{ ref('int_cohort_sizes') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

numbered_cohorts as (

    select
        cohort_sizes.*,
        periods.period_index as cohort_index

    from cohort_sizes
    inner join periods
        on
            cohort_sizes.period_grain = periods.period_grain
            and cohort_sizes.cohort_start_date = periods.period_start_date

),

-- Many to many on purpose: each cohort in every period that has begun since.
cohort_cells as (

    select
        numbered_cohorts.retention_basis,
        numbered_cohorts.period_grain,
        numbered_cohorts.cohort_start_date,
        numbered_cohorts.segment_name,
        numbered_cohorts.segment_value,
        numbered_cohorts.contributions as cohort_customers,
        periods.period_start_date,
        periods.rate_month_start_date,
        periods.is_complete,
        periods.period_index - numbered_cohorts.cohort_index as period_number

    from numbered_cohorts
    inner join periods on numbered_cohorts.period_grain = periods.period_grain
    where periods.period_index >= numbered_cohorts.cohort_index

)

select * from cohort_cells
