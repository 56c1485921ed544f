-- A row is a basis, grain and cohort whose revenue so far is not what its customers
-- have paid, less what they got back, since the cohort began: from the payments
-- themselves.
with

retention_by_cohort as (

    select * from {{ ref('metrics_retention_by_cohort') }}

),

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

revenue_events as (

    select * from {{ ref('int_revenue_events') }}

),

last_ages as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        max(period_number) as period_number,
        sum(cohort_revenue) as cohort_revenue

    from retention_by_cohort
    group by
        retention_basis,
        period_grain,
        cohort_start_date

),

payments as (

    select
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        sum(
            case
                when revenue_events.event_type = 'payment' then revenue_events.amount
                else -revenue_events.amount
            end
        ) as revenue_amount

    from revenue_events
    inner join customer_cohorts
        on revenue_events.customer_id = customer_cohorts.customer_id
    where revenue_events.occurred_date >= customer_cohorts.cohort_start_date
    group by
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date

),

comparison as (

    select
        last_ages.retention_basis,
        last_ages.period_grain,
        last_ages.cohort_start_date,
        last_ages.period_number,
        last_ages.cohort_revenue,
        retention_by_cohort.cumulative_revenue,
        coalesce(payments.revenue_amount, 0) as revenue_amount

    from last_ages
    inner join retention_by_cohort
        on
            last_ages.retention_basis = retention_by_cohort.retention_basis
            and last_ages.period_grain = retention_by_cohort.period_grain
            and last_ages.cohort_start_date = retention_by_cohort.cohort_start_date
            and last_ages.period_number = retention_by_cohort.period_number
    left join payments
        on
            last_ages.retention_basis = payments.retention_basis
            and last_ages.period_grain = payments.period_grain
            and last_ages.cohort_start_date = payments.cohort_start_date

),

-- Every cell is rounded to 4 decimals once.
differences as (

    select *
    from comparison
    where
        abs(cumulative_revenue - revenue_amount) > 0.00005
        or abs(cohort_revenue - revenue_amount) > 0.00005 * (1 + period_number)

)

select * from differences
