with

revenue_events as (

    select * from {{ ref('int_revenue_events') }}

),

payments as (

    select
        customer_id,
        coalesce(order_id, event_id) as order_id,
        min(occurred_at) as ordered_at,
        min(occurred_date) as ordered_date,
        sum(amount) as amount

    from revenue_events
    where
        event_type = 'payment'
        and subscription_id is null
    group by
        customer_id,
        coalesce(order_id, event_id)

),

returns as (

    select
        customer_id,
        order_id,
        sum(amount) as refunded_amount

    from revenue_events
    where
        event_type in ('refund', 'chargeback')
        and order_id is not null
    group by
        customer_id,
        order_id

),

-- Guests have no customer_id; their orders are told apart by order_id alone.
orders as (

    select
        payments.customer_id,
        payments.order_id,
        payments.ordered_at,
        payments.ordered_date,
        payments.amount,
        coalesce(returns.refunded_amount, 0) as refunded_amount

    from payments
    left join returns
        on
            coalesce(payments.customer_id, '') = coalesce(returns.customer_id, '')
            and payments.order_id = returns.order_id

)

select * from orders
