with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}
    where table_name = 'revenue_events'

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
        revenue_events.load_id

    from {{ source('raw', 'revenue_events') }} as revenue_events
    inner join loads on revenue_events.load_id = loads.load_id
    left join corrected_ids on revenue_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

),

versions as (

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
        revenue_events.load_id,
        row_number() over (
            partition by revenue_events.event_id
            order by
                coalesce(revenue_events.recorded_at, revenue_events.loaded_at) desc,
                revenue_events.load_id
        ) as version_number

    from {{ source('raw', 'revenue_events') }} as revenue_events
    inner join loads on revenue_events.load_id = loads.load_id
    inner join corrected_ids on revenue_events.event_id = corrected_ids.event_id

),

newest_versions as (

    select
        event_id,
        customer_id,
        event_type,
        occurred_at,
        amount,
        currency,
        order_id,
        subscription_id,
        product_id,
        load_id

    from single_versions

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
        product_id,
        load_id

    from versions
    where version_number = 1

)

select * from newest_versions
