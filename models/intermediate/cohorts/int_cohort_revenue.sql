with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

period_revenue as (

    select
        revenue_days.customer_id,
        period_days.period_grain,
        period_days.period_start_date,
        sum(revenue_days.revenue_amount) as revenue_amount

    from revenue_days
    inner join period_days on revenue_days.revenue_date = period_days.date_day
    group by
        revenue_days.customer_id,
        period_days.period_grain,
        period_days.period_start_date

),

-- What a customer paid before its cohort's first period belongs to no cell.
cohort_revenue as (

    select
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_name,
        customer_cohorts.segment_value,
        period_revenue.period_start_date,
        sum(period_revenue.revenue_amount) as cohort_revenue

    from period_revenue
    inner join customer_cohorts
        on
            period_revenue.customer_id = customer_cohorts.customer_id
            and period_revenue.period_grain = customer_cohorts.period_grain
    where period_revenue.period_start_date >= customer_cohorts.cohort_start_date
    group by
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_name,
        customer_cohorts.segment_value,
        period_revenue.period_start_date

)

select * from cohort_revenue
