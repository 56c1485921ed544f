with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}
    where table_name = 'activity_events'

),

-- Every version of an event stays in raw; loading names the few ids that have several,
-- so a long log is read without sorting it.
corrected_ids as (

    select corrections.event_id
    from corrections
    inner join loads on corrections.load_id = loads.load_id
    group by corrections.event_id

),

-- The log is named twice, here and below, so that no engine keeps a copy of it.
single_versions as (

    select
        activity_events.event_id,
        activity_events.customer_id,
        activity_events.event_name,
        activity_events.occurred_at

    from {{ source('raw', 'activity_events') }} as activity_events
    inner join loads on activity_events.load_id = loads.load_id
    left join corrected_ids on activity_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

),

versions as (

    select
        activity_events.event_id,
        activity_events.customer_id,
        activity_events.event_name,
        activity_events.occurred_at,
        row_number() over (
            partition by activity_events.event_id
            order by
                coalesce(activity_events.recorded_at, activity_events.loaded_at) desc,
                activity_events.load_id
        ) as version_number

    from {{ source('raw', 'activity_events') }} as activity_events
    inner join loads on activity_events.load_id = loads.load_id
    inner join corrected_ids on activity_events.event_id = corrected_ids.event_id

),

newest_versions as (

    select
        event_id,
        customer_id,
        event_name,
        occurred_at

    from single_versions

    union all

    select
        event_id,
        customer_id,
        event_name,
        occurred_at

    from versions
    where version_number = 1

)

select * from newest_versions
