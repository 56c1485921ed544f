-- A row is a period whose orders, buyers or revenue differ from those of the orders
-- placed in it, one by one. Each order is rounded to 4 decimals once.
with

orders as (

    select * from {{ ref('fct_orders') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

repeat_purchase as (

    select * from {{ ref('metrics_repeat_purchase_by_period') }}

),

order_days as (

    select
        customer_id,
        order_number,
        amount,
        cast({{ to_reporting_time('ordered_at') }} as date) as ordered_date

    from orders

),

sums as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        count(*) as orders,
        count(distinct order_days.customer_id) as buyers,
        sum(case when order_days.order_number = 1 then 1 else 0 end) as new_buyers,
        sum(order_days.amount) as revenue_amount

    from order_days
    inner join period_days on order_days.ordered_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date

),

differences as (

    select
        repeat_purchase.period_grain,
        repeat_purchase.period_start_date,
        repeat_purchase.orders,
        sums.orders as expected_orders,
        repeat_purchase.revenue_amount,
        sums.revenue_amount as expected_revenue_amount

    from repeat_purchase
    left join sums
        on
            repeat_purchase.period_grain = sums.period_grain
            and repeat_purchase.period_start_date = sums.period_start_date
    where
        repeat_purchase.orders != coalesce(sums.orders, 0)
        or repeat_purchase.buyers != coalesce(sums.buyers, 0)
        or repeat_purchase.new_buyers != coalesce(sums.new_buyers, 0)
        or abs(repeat_purchase.revenue_amount - coalesce(sums.revenue_amount, 0))
        > 0.00005 * (1 + coalesce(sums.orders, 0))

)

select * from differences
