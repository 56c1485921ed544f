with

subscription_events as (

    select * from {{ source('raw', 'subscription_events') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        subscription_events.event_id,
        subscription_events.customer_id,
        subscription_events.subscription_id,
        subscription_events.event_type,
        subscription_events.occurred_at,
        subscription_events.plan_id,
        subscription_events.billing_interval,
        coalesce(subscription_events.interval_count, 1) as interval_count,
        coalesce(subscription_events.quantity, 1) as quantity,
        subscription_events.unit_amount,
        coalesce(subscription_events.discount_amount, 0) as discount_amount,
        coalesce(subscription_events.currency, {{ text_literal(setting('reporting_currency')) }}) as currency,
        subscription_events.current_period_end,
        subscription_events.reason_code,
        row_number() over (
            partition by
                subscription_events.event_id
            order by
                coalesce(subscription_events.recorded_at, subscription_events.loaded_at) desc,
                subscription_events.load_id
        ) as version_number

    from subscription_events
    inner join loads on subscription_events.load_id = loads.load_id

),

newest_versions as (

    select
        event_id,
        customer_id,
        subscription_id,
        event_type,
        occurred_at,
        plan_id,
        billing_interval,
        interval_count,
        quantity,
        unit_amount,
        discount_amount,
        currency,
        current_period_end,
        reason_code

    from versions
    where version_number = 1

)

select * from newest_versions
