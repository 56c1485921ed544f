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

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

local_events as (

    select
        coalesce(survivors.surviving_customer_id, events.customer_id) as customer_id,
        events.event_id,
        events.event_type,
        events.occurred_at,
        {{ to_reporting_time('events.occurred_at') }} as local_at,
        events.currency,
        events.amount,
        events.order_id,
        events.subscription_id,
        events.load_id

    from events
    left join survivors on events.customer_id = survivors.customer_id
    where events.event_type != 'payment_failed'

),

known_events as (

    select
        local_events.customer_id,
        local_events.event_id,
        local_events.event_type,
        local_events.occurred_at,
        cast(local_events.local_at as date) as occurred_date,
        {{ start_of_period('month', 'local_events.local_at') }}
            as rate_month_start_date,
        local_events.currency,
        local_events.amount,
        local_events.order_id,
        local_events.subscription_id,
        local_events.load_id

    from local_events
    cross join as_of_date
    where local_events.local_at < as_of_date.as_of_at

),

-- A payment is worth the rate of its month; unrounded, because marts round their sums.
revenue_events as (

    select
        known_events.customer_id,
        known_events.event_id,
        known_events.event_type,
        known_events.occurred_at,
        known_events.occurred_date,
        known_events.order_id,
        known_events.subscription_id,
        known_events.load_id,
        known_events.currency,
        known_events.amount as amount_in_currency,
        {{ in_reporting_currency('known_events.amount', 'exchange_rates.rate') }}
            as amount

    from known_events
    inner join exchange_rates
        on
            known_events.currency = exchange_rates.currency
            and known_events.rate_month_start_date = exchange_rates.month_start_date

)

select * from revenue_events
