with

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        revenue_events.event_id,
        revenue_events.customer_id,
        revenue_events.event_type,
        revenue_events.occurred_at,
        revenue_events.amount,
        coalesce(revenue_events.currency, {{ text_literal(setting('reporting_currency')) }}) as currency,
        revenue_events.order_id,
        revenue_events.subscription_id,
        revenue_events.product_id,
        row_number() over (
            partition by
                revenue_events.event_id
            order by
                coalesce(revenue_events.recorded_at, revenue_events.loaded_at) desc,
                revenue_events.load_id
        ) as version_number

    from revenue_events
    inner join loads on revenue_events.load_id = loads.load_id

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
        product_id

    from versions
    where version_number = 1

)

select * from newest_versions
