with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}
    where table_name = 'subscription_events'

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
        coalesce(
            subscription_events.currency,
            {{ text_literal(setting('reporting_currency')) }}
        ) as currency,
        subscription_events.current_period_end,
        subscription_events.reason_code,
        subscription_events.quantity is not null as is_quantity_stated,
        subscription_events.currency is not null as is_currency_stated,
        subscription_events.load_id

    from {{ source('raw', 'subscription_events') }} as subscription_events
    inner join loads on subscription_events.load_id = loads.load_id
    left join corrected_ids on subscription_events.event_id = corrected_ids.event_id
    where corrected_ids.event_id is null

),

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
        coalesce(
            subscription_events.currency,
            {{ text_literal(setting('reporting_currency')) }}
        ) as currency,
        subscription_events.current_period_end,
        subscription_events.reason_code,
        subscription_events.quantity is not null as is_quantity_stated,
        subscription_events.currency is not null as is_currency_stated,
        subscription_events.load_id,
        row_number() over (
            partition by subscription_events.event_id
            order by
                coalesce(
                    subscription_events.recorded_at, subscription_events.loaded_at
                ) desc,
                subscription_events.load_id
        ) as version_number

    from {{ source('raw', 'subscription_events') }} as subscription_events
    inner join loads on subscription_events.load_id = loads.load_id
    inner join corrected_ids on subscription_events.event_id = corrected_ids.event_id

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
        reason_code,
        is_quantity_stated,
        is_currency_stated,
        load_id

    from single_versions

    union all

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
        reason_code,
        is_quantity_stated,
        is_currency_stated,
        load_id

    from versions
    where version_number = 1

)

select * from newest_versions
