with

summaries as (

    select * from {{ ref('int_subscription_summaries') }}

),

events as (

    select * from {{ ref('int_subscription_events') }}

),

staged_events as (

    select * from {{ ref('stg_subscription_events') }}

),

-- Renewals can only be missed where the source sends them or states what is paid for.
renewing_subscriptions as (

    select *
    from summaries
    where
        last_price_number is not null
        and (renewal_count > 0 or last_period_ended_at is not null)

),

event_ids as (

    select
        renewing_subscriptions.customer_id,
        renewing_subscriptions.subscription_id,
        renewing_subscriptions.last_alive_at,
        renewing_subscriptions.last_period_ended_at,
        max(
            case
                when events.event_number = renewing_subscriptions.last_alive_number
                    then events.event_id
            end
        ) as alive_event_id,
        max(
            case
                when events.event_number = renewing_subscriptions.last_price_number
                    then events.event_id
            end
        ) as price_event_id

    from renewing_subscriptions
    inner join events
        on
            renewing_subscriptions.customer_id = events.customer_id
            and renewing_subscriptions.subscription_id = events.subscription_id
    group by
        renewing_subscriptions.customer_id,
        renewing_subscriptions.subscription_id,
        renewing_subscriptions.last_alive_at,
        renewing_subscriptions.last_period_ended_at

),

-- No interval is longer than a century here, so that no date leaves the calendar.
interval_lengths as (

    select
        event_id,
        least(interval_count, 100) * case billing_interval
            when 'day' then 1
            when 'week' then 7
            else 0
        end as interval_days,
        least(interval_count, 100) * case billing_interval
            when 'month' then 1
            when 'quarter' then 3
            when 'year' then 12
            else 0
        end as interval_months

    from staged_events

),

due_dates as (

    select
        event_ids.customer_id,
        event_ids.subscription_id,
        event_ids.alive_event_id as event_id,
        greatest(
            coalesce(event_ids.last_period_ended_at, event_ids.last_alive_at),
            {{ add_days(
                add_months('event_ids.last_alive_at', 'interval_lengths.interval_months'),
                'interval_lengths.interval_days'
            ) }}
        ) as due_at

    from event_ids
    inner join interval_lengths
        on event_ids.price_event_id = interval_lengths.event_id

)

select * from due_dates
