with

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

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
        revenue_events.event_id,
        revenue_events.customer_id,
        revenue_events.event_type,
        revenue_events.occurred_at,
        revenue_events.amount,
        coalesce(
            revenue_events.currency, {{ text_literal(setting('reporting_currency')) }}
        ) as currency,
        revenue_events.order_id,
        revenue_events.subscription_id,
        revenue_events.product_id,
        revenue_events.recorded_at,
        revenue_events.loaded_at,
        revenue_events.load_id

    from revenue_events
    inner join loads on revenue_events.load_id = loads.load_id

),

-- Every version of an event stays in raw; loading names the few ids that have several, so
-- a long log is read without sorting it.
corrected_ids as (

    select corrections.event_id
    from corrections
    inner join loads on corrections.load_id = loads.load_id
    where corrections.table_name = 'revenue_events'
    group by corrections.event_id

),

versions as (

    select
        loaded_events.event_id,
        loaded_events.customer_id,
        loaded_events.event_type,
        loaded_events.occurred_at,
        loaded_events.amount,
        loaded_events.currency,
        loaded_events.order_id,
        loaded_events.subscription_id,
        loaded_events.product_id,
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
        loaded_events.event_type,
        loaded_events.occurred_at,
        loaded_events.amount,
        loaded_events.currency,
        loaded_events.order_id,
        loaded_events.subscription_id,
        loaded_events.product_id

    from loaded_events
    left join corrected_ids on loaded_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

    union all

    select
        event_id,
        customer_id,
        event_type,
        occurred_at,
        amount,
        currency,
        order_id,
        subscription_id,
        product_id

    from versions
    where version_number = 1

)

select * from newest_versions
