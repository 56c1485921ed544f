{% set things = ['order', 'subscription', 'customer'] %}

{% set same_thing -%}
    partition by payer_id, paid_thing, paid_thing_id, currency
{%- endset %}

with

-- The log is named twice, here and below, so that no engine keeps a copy of it.
refund_events as (

    select * from {{ ref('int_revenue_events') }}
    where
        event_type in ('refund', 'chargeback')
        and amount_in_currency > 0

),

payment_events as (

    select * from {{ ref('int_revenue_events') }}
    where event_type = 'payment'

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

    from refund_events
    where
        customer_id is not null
        or order_id is not null

),

numbered_refunds as (

    select
        *,
        sum(amount_in_currency) over ({{ same_thing }}) as refunded_amount,
        row_number() over (
            {{ same_thing }}
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

    select payer_id
    from last_refunds
    group by payer_id

),

payments as (

    select
        payers.payer_id,
        payment_events.currency,
        coalesce(payment_events.order_id, payment_events.event_id) as order_id,
        payment_events.subscription_id,
        '' as customer_id,
        payment_events.amount_in_currency as amount

    from payment_events
    inner join payers
        on coalesce(payment_events.customer_id, '') = payers.payer_id

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
