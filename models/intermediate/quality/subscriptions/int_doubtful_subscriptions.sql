with

summaries as (

    select * from {{ ref('int_subscription_summaries') }}

),

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

-- Two that start at one instant overlap each other.
overlapping_subscriptions as (

    select
        'overlapping_subscriptions' as issue_code,
        customer_id,
        subscription_id,
        event_id,
        occurred_at

    from subscription_changes
    where
        is_counted
        and not was_counted
        and subscription_count > 1

),

-- A trial that never became a subscription has no price either, and is no fault.
subscriptions_without_start as (

    select
        'subscription_without_start' as issue_code,
        customer_id,
        subscription_id,
        first_event_id as event_id,
        first_occurred_at as occurred_at

    from summaries
    where
        first_price_number is null
        and (
            renewal_count > 0
            or (first_start_number is null and service_event_count > 0)
        )

),

shared_ids as (

    select subscription_id
    from summaries
    group by subscription_id
    having count(*) > 1

),

shared_subscriptions as (

    select
        'shared_subscription_id' as issue_code,
        summaries.customer_id,
        summaries.subscription_id,
        summaries.first_event_id as event_id,
        summaries.first_occurred_at as occurred_at

    from summaries
    inner join shared_ids on summaries.subscription_id = shared_ids.subscription_id

),

doubtful_subscriptions as (

    select * from overlapping_subscriptions
    union all
    select * from subscriptions_without_start
    union all
    select * from shared_subscriptions

)

select * from doubtful_subscriptions
