{% set things = ['order', 'subscription', 'customer'] %}

-- depends_on: {{ ref('int_touched_customers') }}
with

events as (

    select * from {{ ref('stg_revenue_events') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

known_events as (

    select
        coalesce(survivors.surviving_customer_id, events.customer_id) as customer_id,
        events.event_id,
        events.event_type,
        events.occurred_at,
        events.currency,
        events.amount,
        events.order_id,
        events.subscription_id,
        events.load_id

    from events
    left join survivors on events.customer_id = survivors.customer_id
    cross join as_of_date
    where {{ to_reporting_time('events.occurred_at') }} < as_of_date.as_of_at

),

-- What a refund pays back: the order that it names, else the subscription, else
-- anything of its customer. Guests without an order cannot be told apart.
refunds as (

    select
        coalesce(customer_id, '') as payer_id,
        case
            when order_id is not null then 'order'
            when subscription_id is not null then 'subscription'
            else 'customer'
        end as paid_thing,
        coalesce(order_id, subscription_id, '') as paid_thing_id,
        *

    from known_events
    where
        event_type in ('refund', 'chargeback')
        and amount > 0
        and (customer_id is not null or order_id is not null)

),

numbered_refunds as (

    select
        *,
        sum(amount) over (
            partition by
                payer_id,
                paid_thing,
                paid_thing_id,
                currency
        ) as refunded_amount,
        row_number() over (
            partition by
                payer_id,
                paid_thing,
                paid_thing_id,
                currency
            order by
                occurred_at desc,
                event_id desc
        ) as refund_number

    from refunds

),

last_refunds as (

    select * from numbered_refunds
    where refund_number = 1

),

payers as (

    select
        payer_id,
        currency

    from last_refunds
    group by
        payer_id,
        currency

),

payments as (

    select
        payers.payer_id,
        payers.currency,
        coalesce(known_events.order_id, known_events.event_id) as order_id,
        known_events.subscription_id,
        '' as customer_id,
        known_events.amount

    from known_events
    inner join payers
        on
            coalesce(known_events.customer_id, '') = payers.payer_id
            and known_events.currency = payers.currency
    where known_events.event_type = 'payment'

),

paid_amounts as (

    {% for thing in things %}
        {{ 'union all' if not loop.first }}
        select
            last_refunds.event_id,
            sum(payments.amount) as paid_amount

        from last_refunds
        inner join payments
            on
                last_refunds.payer_id = payments.payer_id
                and last_refunds.currency = payments.currency
                and last_refunds.paid_thing_id = payments.{{ thing }}_id
        where last_refunds.paid_thing = '{{ thing }}'
        group by last_refunds.event_id
    {% endfor %}

),

excessive_refunds as (

    select
        last_refunds.customer_id,
        last_refunds.event_id,
        last_refunds.occurred_at,
        last_refunds.load_id

    from last_refunds
    left join paid_amounts on last_refunds.event_id = paid_amounts.event_id
    where last_refunds.refunded_amount > coalesce(paid_amounts.paid_amount, 0)

)

select * from excessive_refunds
