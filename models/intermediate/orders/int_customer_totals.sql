with

orders as (

    select * from {{ ref('int_orders') }}
    where customer_id is not null

),

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

facts as (

    select
        customer_id,
        ordered_date,
        1 as order_count,
        0 * amount as revenue_amount

    from orders

    union all

    select
        customer_id,
        cast(null as date) as ordered_date,
        0 as order_count,
        revenue_amount

    from revenue_days

),

customer_totals as (

    select
        customer_id,
        min(ordered_date) as first_ordered_date,
        max(ordered_date) as last_ordered_date,
        {{ sum_of_counts('order_count') }} as order_count,
        sum(revenue_amount) as lifetime_revenue

    from facts
    group by customer_id

)

select * from customer_totals
