{#- From these on the paid time begins anew, or at the latest. -#}
{% set sign_of_life =
    "event_type in ('started', 'changed', 'renewed', 'resumed', 'recovered')" %}

with

events as (

    select * from {{ ref('int_subscription_events') }}

),

-- What is counted, and at which event of a subscription things stand; its events are
-- read once, whatever asks about them later.
summaries as (

    select
        customer_id,
        subscription_id,
        min(case when event_number = 1 then event_id end) as first_event_id,
        min(occurred_at) as first_occurred_at,
        min(
            case
                when event_type in ('trial_started', 'started', 'changed')
                    then event_number
            end
        ) as first_start_number,
        min(case when event_type in ('started', 'changed') then event_number end)
            as first_price_number,
        max(case when event_type in ('started', 'changed') then event_number end)
            as last_price_number,
        max(case when {{ sign_of_life }} then event_number end) as last_alive_number,
        max(case when {{ sign_of_life }} then occurred_at end) as last_alive_at,
        max(current_period_end) as last_period_ended_at,
        sum(case when event_type = 'renewed' then 1 else 0 end) as renewal_count,
        sum(case when event_type in ('trial_started', 'ended') then 0 else 1 end)
            as service_event_count

    from events
    group by
        customer_id,
        subscription_id

)

select * from summaries
