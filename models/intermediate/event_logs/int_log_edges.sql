{% set logs = event_logs() %}

with

raw_edges as (

    select * from {{ ref('int_raw_edges') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

doubtful_logs as (

    select log_name
    from raw_edges
    where not is_proven
    group by log_name

),

corrected_events as (

    select * from {{ ref('int_corrected_events') }}

),

-- A log with an edge that may have been corrected is read as staging does. Mostly there
-- is none, and nothing is read; of a view of staging, half would be.
newest_versions as (

    {% for event_log, terms in logs.items() %}
        select
            doubtful_logs.log_name,
            {{ terms.currency }} as currency,
            events.occurred_at,
            {{ terms.is_observed }} as is_observed

        from {{ source('raw', event_log) }} as events
        inner join loads on events.load_id = loads.load_id
        inner join doubtful_logs on doubtful_logs.log_name = '{{ event_log }}'
        left join corrected_events
            on
                events.event_id = corrected_events.event_id
                and doubtful_logs.log_name = corrected_events.log_name
        where corrected_events.event_id is null

        union all
    {% endfor %}

    select
        corrected_events.log_name,
        corrected_events.currency,
        corrected_events.occurred_at,
        corrected_events.is_observed

    from corrected_events
    inner join doubtful_logs on corrected_events.log_name = doubtful_logs.log_name

),

log_edges as (

    select
        raw_edges.log_name,
        raw_edges.currency,
        raw_edges.first_occurred_at,
        raw_edges.last_occurred_at

    from raw_edges
    left join doubtful_logs on raw_edges.log_name = doubtful_logs.log_name
    where doubtful_logs.log_name is null

    union all

    select
        log_name,
        currency,
        min(occurred_at) as first_occurred_at,
        max(case when is_observed then occurred_at end) as last_occurred_at

    from newest_versions
    group by
        log_name,
        currency

)

select * from log_edges
