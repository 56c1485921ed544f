{% set sums = [
    'buyers', 'repeat_buyers', 'new_buyers', 'second_time_buyers', 'orders',
    'revenue_amount', 'first_order_revenue', 'guest_orders', 'guest_revenue_amount',
    'refunded_amount'
] %}

with

orders as (

    select * from {{ ref('int_orders') }}

),

revenue_events as (

    select * from {{ ref('int_revenue_events') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

numbered_orders as (

    select
        customer_id,
        ordered_date,
        amount,
        row_number() over (
            partition by customer_id
            order by
                ordered_at,
                order_id
        ) as order_number

    from orders
    where customer_id is not null

),

-- One row per buyer and period: how many orders, and which of its life.
buyers as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        numbered_orders.customer_id,
        count(*) as orders,
        min(numbered_orders.order_number) as first_order_number,
        max(numbered_orders.order_number) as last_order_number,
        sum(numbered_orders.amount) as revenue_amount,
        sum(
            case
                when numbered_orders.order_number = 1 then numbered_orders.amount
                else 0
            end
        )
            as first_order_revenue

    from numbered_orders
    inner join period_days on numbered_orders.ordered_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        numbered_orders.customer_id

),

-- Refunds of customers are dated when they happened, whatever they pay back.
facts as (

    select
        period_grain,
        period_start_date,
        1 as buyers,
        case when orders > 1 then 1 else 0 end as repeat_buyers,
        case when first_order_number = 1 then 1 else 0 end as new_buyers,
        case
            when first_order_number <= 2 and last_order_number >= 2 then 1
            else 0
        end as second_time_buyers,
        orders,
        revenue_amount,
        first_order_revenue,
        0 as guest_orders,
        0 * revenue_amount as guest_revenue_amount,
        0 * revenue_amount as refunded_amount

    from buyers

    union all

    select
        period_days.period_grain,
        period_days.period_start_date,
        0 as buyers,
        0 as repeat_buyers,
        0 as new_buyers,
        0 as second_time_buyers,
        0 as orders,
        0 * orders.amount as revenue_amount,
        0 * orders.amount as first_order_revenue,
        1 as guest_orders,
        orders.amount as guest_revenue_amount,
        0 * orders.amount as refunded_amount

    from orders
    inner join period_days on orders.ordered_date = period_days.date_day
    where orders.customer_id is null

    union all

    select
        period_days.period_grain,
        period_days.period_start_date,
        0 as buyers,
        0 as repeat_buyers,
        0 as new_buyers,
        0 as second_time_buyers,
        0 as orders,
        0 * revenue_events.amount as revenue_amount,
        0 * revenue_events.amount as first_order_revenue,
        0 as guest_orders,
        0 * revenue_events.amount as guest_revenue_amount,
        revenue_events.amount as refunded_amount

    from revenue_events
    inner join period_days on revenue_events.occurred_date = period_days.date_day
    where
        revenue_events.event_type in ('refund', 'chargeback')
        and revenue_events.customer_id is not null
        and revenue_events.subscription_id is null

),

order_sums as (

    select
        period_grain,
        period_start_date,
        {% for name in sums -%}
            sum({{ name }}) as {{ name }},
        {% endfor -%}
        count(*) as contributions

    from facts
    group by
        period_grain,
        period_start_date

)

select * from order_sums
