{% set logs = event_logs() %}

with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrected_events as (

    select * from {{ ref('int_corrected_events') }}

),

-- Logs as they lie in raw, every version of an event: ten times cheaper than to look
-- for the newest ones.
edges as (

    {% for event_log, terms in logs.items() %}
        select
            '{{ event_log }}' as log_name,
            {{ terms.currency }} as currency,
            min(events.occurred_at) as first_occurred_at,
            max(case when {{ terms.is_observed }} then events.occurred_at end)
                as last_occurred_at

        from {{ source('raw', event_log) }} as events
        inner join loads on events.load_id = loads.load_id
        group by {{ terms.currency }}

        {{ 'union all' if not loop.last }}
    {% endfor %}

),

instants as (

    select
        log_name,
        currency,
        first_occurred_at as occurred_at,
        false as is_last

    from edges

    union all

    select
        log_name,
        currency,
        last_occurred_at as occurred_at,
        true as is_last

    from edges
    where last_occurred_at is not null

),

-- An edge holds where an event lies that has one version only. The log is named
-- again, so that no engine keeps a copy of it; the instant is the only key of the join,
-- because an engine that knows the extremes of its blocks skips nearly all of them.
proven_instants as (

    {% for event_log, terms in logs.items() %}
        select
            instants.log_name,
            instants.currency,
            instants.is_last

        from {{ source('raw', event_log) }} as events
        inner join instants
            on
                events.occurred_at = instants.occurred_at
                and instants.log_name = '{{ event_log }}'
        inner join loads on events.load_id = loads.load_id
        left join corrected_events
            on
                events.event_id = corrected_events.event_id
                and instants.log_name = corrected_events.log_name
        where
            corrected_events.event_id is null
            and nullif({{ terms.currency }}, instants.currency) is null
            and (not instants.is_last or {{ terms.is_observed }})
        group by
            instants.log_name,
            instants.currency,
            instants.is_last

        {{ 'union all' if not loop.last }}
    {% endfor %}

),

raw_edges as (

    select
        edges.log_name,
        edges.currency,
        edges.first_occurred_at,
        edges.last_occurred_at,
        count(proven_instants.is_last)
        = case when edges.last_occurred_at is null then 1 else 2 end as is_proven

    from edges
    left join proven_instants
        on
            edges.log_name = proven_instants.log_name
            and edges.currency = proven_instants.currency
    group by
        edges.log_name,
        edges.currency,
        edges.first_occurred_at,
        edges.last_occurred_at

)

select * from raw_edges
