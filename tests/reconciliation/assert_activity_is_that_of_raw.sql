-- A row is a customer whose last order or activity event in raw is within the window
-- before as_of_date, but who does not count as active on that basis; or the other way
-- round. Merged customers and those with a corrected event are left out; they need more
-- rules.
{% set counted_events = setting('counted_activity_events') %}
{% set is_counted = 'true' if counted_events == 'all'
    else 'activity_events.event_name in (' ~ text_literals(counted_events) ~ ')' %}

with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

),

activity_events as (

    select * from {{ source('raw', 'activity_events') }}

),

raw_customers as (

    select * from {{ source('raw', 'customers') }}

),

corrected_ids as (

    select * from {{ source('raw', 'corrected_ids') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- An order is as old as its first payment.
orders as (

    select
        revenue_events.customer_id,
        coalesce(revenue_events.order_id, revenue_events.event_id) as order_id,
        min({{ to_reporting_time('revenue_events.occurred_at') }}) as ordered_at

    from revenue_events
    inner join loads on revenue_events.load_id = loads.load_id
    where
        revenue_events.customer_id is not null
        and revenue_events.subscription_id is null
        and revenue_events.event_type = 'payment'
    group by
        revenue_events.customer_id,
        coalesce(revenue_events.order_id, revenue_events.event_id)

),

active_buyers as (

    select orders.customer_id
    from orders
    cross join as_of_date
    where
        orders.ordered_at < as_of_date.as_of_at
        and {{ add_days('orders.ordered_at', setting('purchase_inactivity_days')) }}
        >= as_of_date.as_of_at
    group by orders.customer_id

),

active_users as (

    select activity_events.customer_id
    from activity_events
    inner join loads on activity_events.load_id = loads.load_id
    cross join as_of_date
    where
        {{ to_reporting_time('activity_events.occurred_at') }} < as_of_date.as_of_at
        and {{ add_days(
            to_reporting_time('activity_events.occurred_at'),
            setting('activity_inactivity_days')
        ) }} >= as_of_date.as_of_at
        and {{ is_counted }}
    group by activity_events.customer_id

),

exceptions as (

    select customer_id
    from raw_customers
    where merged_into_customer_id is not null

    union distinct

    select merged_into_customer_id as customer_id
    from raw_customers
    where merged_into_customer_id is not null

    union distinct

    select revenue_events.customer_id
    from revenue_events
    inner join corrected_ids on revenue_events.event_id = corrected_ids.event_id
    where corrected_ids.table_name = 'revenue_events'

    union distinct

    select activity_events.customer_id
    from activity_events
    inner join corrected_ids on activity_events.event_id = corrected_ids.event_id
    where corrected_ids.table_name = 'activity_events'

),

differences as (

    select
        customers.customer_id,
        customers.is_purchase_active,
        active_buyers.customer_id is not null as has_recent_order,
        customers.is_activity_active,
        active_users.customer_id is not null as has_recent_event

    from customers
    left join active_buyers on customers.customer_id = active_buyers.customer_id
    left join active_users on customers.customer_id = active_users.customer_id
    left join exceptions on customers.customer_id = exceptions.customer_id
    where
        exceptions.customer_id is null
        and (
            customers.is_purchase_active != (active_buyers.customer_id is not null)
            or customers.is_activity_active != (active_users.customer_id is not null)
        )

)

select * from differences
