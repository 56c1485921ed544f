{% set logs = event_logs() %}

-- Noted before, so that a load which comes meanwhile is new to the next build.
-- depends_on: {{ ref('int_new_loads') }}
with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrected_ids as (

    select
        corrections.table_name,
        corrections.event_id

    from {{ source('raw', 'corrected_ids') }} as corrections
    inner join loads on corrections.load_id = loads.load_id
    group by
        corrections.table_name,
        corrections.event_id

),

versions as (

    {% for event_log, terms in logs.items() %}
        select
            corrected_ids.table_name as log_name,
            events.event_id,
            events.customer_id,
            {{ terms.currency }} as currency,
            events.occurred_at,
            {{ terms.is_observed }} as is_observed,
            row_number() over (
                partition by events.event_id
                order by
                    coalesce(events.recorded_at, events.loaded_at) desc,
                    events.load_id
            ) as version_number

        from {{ source('raw', event_log) }} as events
        inner join loads on events.load_id = loads.load_id
        inner join corrected_ids
            on
                events.event_id = corrected_ids.event_id
                and corrected_ids.table_name = '{{ event_log }}'

        {{ 'union all' if not loop.last }}
    {% endfor %}

),

corrected_events as (

    select
        log_name,
        event_id,
        customer_id,
        currency,
        occurred_at,
        is_observed

    from versions
    where version_number = 1

)

select * from corrected_events
