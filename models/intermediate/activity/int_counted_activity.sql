{% set counted_events = setting('counted_activity_events') %}

-- depends_on: {{ ref('int_touched_customers') }}
with

activity_events as (

    select * from {{ ref('stg_activity_events') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

local_events as (

    select
        coalesce(survivors.surviving_customer_id, activity_events.customer_id)
            as customer_id,
        activity_events.occurred_at,
        {{ to_reporting_time('activity_events.occurred_at') }} as local_at

    from activity_events
    left join survivors on activity_events.customer_id = survivors.customer_id
    {% if counted_events != 'all' -%}
        where activity_events.event_name in ({{ text_literals(counted_events) }})
    {%- endif %}

),

counted_activity as (

    select
        local_events.customer_id,
        local_events.occurred_at,
        local_events.local_at,
        cast(local_events.local_at as date) as occurred_date

    from local_events
    cross join as_of_date
    where local_events.local_at < as_of_date.as_of_at

)

select * from counted_activity
