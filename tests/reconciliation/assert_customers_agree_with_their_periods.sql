-- A row is a customer whose orders or revenue in the customer mart are not those of its
-- periods (each rounded to 4 decimals once), or whose orders are not those of
-- fct_orders.
with

customers as (

    select * from {{ ref('dim_customers') }}

),

customer_periods as (

    select * from {{ ref('fct_customer_periods') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

period_sums as (

    select
        customer_id,
        period_grain,
        sum(order_count) as order_count,
        sum(revenue_amount) as revenue_amount,
        count(*) as periods

    from customer_periods
    group by
        customer_id,
        period_grain

),

order_counts as (

    select
        customer_id,
        count(*) as order_count

    from orders
    group by customer_id

),

-- A customer with periods of several grains has one row for each: all must agree.
differences as (

    select
        customers.customer_id,
        customers.order_count,
        customers.lifetime_revenue,
        period_sums.period_grain

    from customers
    left join period_sums on customers.customer_id = period_sums.customer_id
    left join order_counts on customers.customer_id = order_counts.customer_id
    where
        customers.order_count != coalesce(order_counts.order_count, 0)
        or customers.order_count != period_sums.order_count
        or abs(customers.lifetime_revenue - period_sums.revenue_amount)
        > 0.00005 * (1 + period_sums.periods)

)

select * from differences
