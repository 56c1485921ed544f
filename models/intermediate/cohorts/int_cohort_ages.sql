-- depends_on: {{ ref('int_build_window') }}
with

-- Cohorts form by week or longer.
cohort_periods as (

    select * from {{ ref('int_periods') }}
    where period_grain != 'day'

),

periods as (

    select * from {{ ref('int_periods') }}

),

-- Many to many on purpose: each cohort in every period that has begun since.
cohort_ages as (

    select
        cohort_periods.period_grain,
        cohort_periods.period_start_date as cohort_start_date,
        periods.period_start_date,
        periods.rate_month_start_date,
        periods.is_complete,
        periods.period_index - cohort_periods.period_index as period_number

    from cohort_periods
    inner join periods on cohort_periods.period_grain = periods.period_grain
    where periods.period_index >= cohort_periods.period_index

)

select * from cohort_ages
