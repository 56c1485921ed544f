{% set logs = event_logs() %}

with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

customers as (

    select * from {{ ref('stg_customers') }}

),

corrected_events as (

    select * from {{ ref('int_corrected_events') }}

),

-- Logs as they lie in raw: hardly anybody is unlisted, so it is cheaper to look for the
-- newest versions of their events alone.
unlisted_events as (

    {% for event_log in logs %}
        select
            '{{ event_log }}' as log_name,
            events.customer_id,
            events.occurred_at

        from {{ source('raw', event_log) }} as events
        inner join loads on events.load_id = loads.load_id
        left join customers on events.customer_id = customers.customer_id
        left join corrected_events
            on
                events.event_id = corrected_events.event_id
                and corrected_events.log_name = '{{ event_log }}'
        where
            events.customer_id is not null
            and customers.customer_id is null
            and corrected_events.event_id is null

        union all
    {% endfor %}

    select
        corrected_events.log_name,
        corrected_events.customer_id,
        corrected_events.occurred_at

    from corrected_events
    left join customers on corrected_events.customer_id = customers.customer_id
    where
        corrected_events.customer_id is not null
        and customers.customer_id is null

)

select * from unlisted_events
