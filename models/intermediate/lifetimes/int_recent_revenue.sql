with

recent_months as (

    select * from {{ ref('int_recent_months') }}

),

cohort_mrr as (

    select * from {{ ref('int_cohort_mrr') }}
    where period_grain = 'month'

),

orders as (

    select * from {{ ref('int_orders') }}
    where customer_id is not null

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain = 'month'

),

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}
    where retention_basis = 'purchase' and period_grain = 'month'

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

order_sets as (

    select
        recent_months.retention_basis,
        customer_cohorts.segment_set_id,
        sum(orders.amount) as revenue_amount

    from orders
    inner join period_days on orders.ordered_date = period_days.date_day
    inner join customer_cohorts on orders.customer_id = customer_cohorts.customer_id
    inner join recent_months
        on
            customer_cohorts.retention_basis = recent_months.retention_basis
            and period_days.period_start_date = recent_months.period_start_date
    group by
        recent_months.retention_basis,
        customer_cohorts.segment_set_id

),

-- MRR of each month's end on the one basis, order amounts on the other. Many to many on
-- purpose: each set has a value of every segment.
revenue as (

    select
        order_sets.retention_basis,
        segment_sets.segment_name,
        segment_sets.segment_value,
        order_sets.revenue_amount

    from order_sets
    inner join segment_sets on order_sets.segment_set_id = segment_sets.segment_set_id

    union all

    select
        cohort_mrr.retention_basis,
        cohort_mrr.segment_name,
        cohort_mrr.segment_value,
        cohort_mrr.retained_mrr as revenue_amount

    from cohort_mrr
    inner join recent_months
        on
            cohort_mrr.retention_basis = recent_months.retention_basis
            and cohort_mrr.period_start_date = recent_months.period_start_date

),

recent_revenue as (

    select
        retention_basis,
        segment_name,
        segment_value,
        sum(revenue_amount) as revenue_amount

    from revenue
    group by
        retention_basis,
        segment_name,
        segment_value

)

select * from recent_revenue
