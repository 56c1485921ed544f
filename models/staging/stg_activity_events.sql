with

activity_events as (

    select * from {{ source('raw', 'activity_events') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}

),

loaded_events as (

    select
        activity_events.event_id,
        activity_events.customer_id,
        activity_events.event_name,
        activity_events.occurred_at,
        activity_events.recorded_at,
        activity_events.loaded_at,
        activity_events.load_id

    from activity_events
    inner join loads on activity_events.load_id = loads.load_id

),

-- Every version of an event stays in raw; loading names the few ids that have several, so
-- a long log is read without sorting it.
corrected_ids as (

    select corrections.event_id
    from corrections
    inner join loads on corrections.load_id = loads.load_id
    where corrections.table_name = 'activity_events'
    group by corrections.event_id

),

versions as (

    select
        loaded_events.event_id,
        loaded_events.customer_id,
        loaded_events.event_name,
        loaded_events.occurred_at,
        row_number() over (
            partition by loaded_events.event_id
            order by
                coalesce(loaded_events.recorded_at, loaded_events.loaded_at) desc,
                loaded_events.load_id
        ) as version_number

    from loaded_events
    inner join corrected_ids on loaded_events.event_id = corrected_ids.event_id

),

newest_versions as (

    select
        loaded_events.event_id,
        loaded_events.customer_id,
        loaded_events.event_name,
        loaded_events.occurred_at

    from loaded_events
    left join corrected_ids on loaded_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

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
