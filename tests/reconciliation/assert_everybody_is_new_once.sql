-- A row is a basis and grain in which the customers who were new, or joined and churned
-- in one period, are not, over all history, exactly those of the customer mart who were
-- ever active on that basis; or whose last period does not end with those active today.
with

customers as (

    select * from {{ ref('dim_customers') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}

),

expected as (

    select
        'subscription' as retention_basis,
        count(first_subscribed_date) as ever_active_customers,
        sum(case when is_subscribed then 1 else 0 end) as active_customers

    from customers

    union all

    select
        'purchase' as retention_basis,
        count(first_ordered_date) as ever_active_customers,
        sum(case when is_purchase_active then 1 else 0 end) as active_customers

    from customers

    union all

    select
        'activity' as retention_basis,
        count(first_active_date) as ever_active_customers,
        sum(case when is_activity_active then 1 else 0 end) as active_customers

    from customers

),

last_periods as (

    select
        retention_basis,
        period_grain,
        max(period_start_date) as period_start_date,
        sum(new_customers + joined_and_churned_customers) as ever_active_customers

    from churn_by_period
    group by
        retention_basis,
        period_grain

),

differences as (

    select
        last_periods.retention_basis,
        last_periods.period_grain,
        last_periods.ever_active_customers,
        expected.ever_active_customers as expected_ever_active_customers,
        churn_by_period.ending_customers,
        expected.active_customers

    from last_periods
    inner join expected on last_periods.retention_basis = expected.retention_basis
    inner join churn_by_period
        on
            last_periods.retention_basis = churn_by_period.retention_basis
            and last_periods.period_grain = churn_by_period.period_grain
            and last_periods.period_start_date = churn_by_period.period_start_date
    where
        last_periods.ever_active_customers != expected.ever_active_customers
        or churn_by_period.ending_customers != expected.active_customers

)

select * from differences
