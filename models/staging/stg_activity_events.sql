with

activity_events as (

    select * from {{ source('raw', 'activity_events') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

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

-- Two versions of one event differ in a given recorded_at, so only such ids can have
-- several; the rest of a long log is not sorted.
corrected_ids as (

    select
        event_id,
        count(*) as recorded_versions

    from loaded_events
    where
        recorded_at is not null
        and event_id is not null
    group by event_id

),

single_versions as (

    select
        loaded_events.event_id,
        loaded_events.customer_id,
        loaded_events.event_name,
        loaded_events.occurred_at

    from loaded_events
    left join corrected_ids on loaded_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

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
