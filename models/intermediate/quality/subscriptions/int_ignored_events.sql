with

timeline as (

    select * from {{ ref('int_subscription_timeline') }}

),

lives as (

    select * from {{ ref('int_subscription_lives') }}

),

-- Only where something follows an end can it be without effect: a few subscriptions.
ended_subscriptions as (

    select
        customer_id,
        subscription_id,
        min(case when end_kind is not null then position end) as first_end_position

    from timeline
    group by
        customer_id,
        subscription_id
    having min(case when end_kind is not null then position end) < max(position)

),

-- Ends that nobody recorded are no events; an `ended` at the instant of a `started`
-- renews the subscription.
later_events as (

    select
        timeline.customer_id,
        timeline.subscription_id,
        timeline.event_id,
        timeline.occurred_at,
        timeline.position

    from timeline
    inner join ended_subscriptions
        on
            timeline.customer_id = ended_subscriptions.customer_id
            and timeline.subscription_id = ended_subscriptions.subscription_id
    where
        timeline.position > ended_subscriptions.first_end_position
        and timeline.end_rank = 0
        and not timeline.is_start
        and not (timeline.event_type = 'ended' and timeline.is_start_and_end)

),

ignored_events as (

    select
        'event_after_end' as issue_code,
        later_events.customer_id,
        later_events.subscription_id,
        later_events.event_id,
        later_events.occurred_at

    from later_events
    left join lives
        on
            later_events.customer_id = lives.customer_id
            and later_events.subscription_id = lives.subscription_id
            and later_events.position = lives.position
    where lives.position is null

)

select * from ignored_events
