{% set counted_events = setting('counted_activity_events') %}

with

customers as (

    select * from {{ ref('stg_customers') }}

),

subscription_events as (

    select * from {{ ref('int_subscription_events') }}

),

revenue_events as (

    select * from {{ ref('stg_revenue_events') }}

),

first_activity as (

    select * from {{ ref('int_customer_first_activity') }}

),

-- Events that do not count make a customer as well.
other_events as (

    select * from {{ ref('stg_activity_events') }}
    where {{ 'false' if counted_events == 'all' else 'true' }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- Whoever did something is a customer, listed or not.
people as (

    select customer_id from customers
    union distinct
    select customer_id from subscription_events
    union distinct
    select revenue_events.customer_id
    from revenue_events
    cross join as_of_date
    where
        revenue_events.customer_id is not null
        and {{ to_reporting_time('revenue_events.occurred_at') }} < as_of_date.as_of_at
    union distinct
    select customer_id from first_activity
    union distinct
    select other_events.customer_id
    from other_events
    cross join as_of_date
    where {{ to_reporting_time('other_events.occurred_at') }} < as_of_date.as_of_at

),

survivor_ids as (

    select coalesce(survivors.surviving_customer_id, people.customer_id) as customer_id
    from people
    left join survivors on people.customer_id = survivors.customer_id
    group by coalesce(survivors.surviving_customer_id, people.customer_id)

),

surviving_customers as (

    select
        survivor_ids.customer_id,
        customers.signed_up_at

    from survivor_ids
    left join customers on survivor_ids.customer_id = customers.customer_id

)

select * from surviving_customers
