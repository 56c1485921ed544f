-- A row is a period in which fct_churns names another number of customers than the
-- period mart counts as having left at least once (the numerator of the method
-- `trailing`).
with

churns as (

    select * from {{ ref('fct_churns') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

methods as (

    select * from {{ ref('metrics_customer_churn_by_period_and_method') }}
    where method = 'trailing'

),

churn_days as (

    select
        retention_basis,
        customer_id,
        cast({{ to_reporting_time('churned_at') }} as date) as churned_date

    from churns

),

customers as (

    select
        churn_days.retention_basis,
        period_days.period_grain,
        period_days.period_start_date,
        churn_days.customer_id

    from churn_days
    inner join period_days on churn_days.churned_date = period_days.date_day
    group by
        churn_days.retention_basis,
        period_days.period_grain,
        period_days.period_start_date,
        churn_days.customer_id

),

counts as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        count(*) as customers_who_left

    from customers
    group by
        retention_basis,
        period_grain,
        period_start_date

),

differences as (

    select
        methods.retention_basis,
        methods.period_grain,
        methods.period_start_date,
        methods.numerator,
        coalesce(counts.customers_who_left, 0) as customers_who_left

    from methods
    left join counts
        on
            methods.retention_basis = counts.retention_basis
            and methods.period_grain = counts.period_grain
            and methods.period_start_date = counts.period_start_date
    where methods.numerator != coalesce(counts.customers_who_left, 0)

)

select * from differences
