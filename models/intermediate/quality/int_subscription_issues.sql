with

doubtful_subscriptions as (

    select * from {{ ref('int_doubtful_subscriptions') }}

),

doubtful_ends as (

    select * from {{ ref('int_doubtful_ends') }}

),

ignored_events as (

    select * from {{ ref('int_ignored_events') }}

),

dropped_price_parts as (

    select * from {{ ref('int_dropped_price_parts') }}

),

overdue_subscriptions as (

    select * from {{ ref('int_overdue_subscriptions') }}

),

summaries as (

    select * from {{ ref('int_subscription_summaries') }}

),

events as (

    select * from {{ ref('int_subscription_events') }}

),

staged_events as (

    select * from {{ ref('stg_subscription_events') }}

),

issues as (

    select * from doubtful_subscriptions
    union all
    select * from doubtful_ends
    union all
    select * from ignored_events
    union all
    select * from dropped_price_parts
    union all
    select * from overdue_subscriptions

),

subscriptions as (

    select
        customer_id,
        subscription_id

    from issues
    group by
        customer_id,
        subscription_id

),

last_prices as (

    select
        subscriptions.customer_id,
        subscriptions.subscription_id,
        events.currency,
        events.mrr

    from subscriptions
    inner join summaries
        on
            subscriptions.customer_id = summaries.customer_id
            and subscriptions.subscription_id = summaries.subscription_id
    inner join events
        on
            summaries.customer_id = events.customer_id
            and summaries.subscription_id = events.subscription_id
            and summaries.last_price_number = events.event_number

),

-- At stake is what the subscription was last worth, ended or not.
subscription_issues as (

    select
        issues.issue_code,
        issues.event_id,
        issues.customer_id,
        issues.subscription_id,
        issues.occurred_at,
        staged_events.load_id,
        last_prices.currency,
        last_prices.mrr

    from issues
    inner join staged_events on issues.event_id = staged_events.event_id
    left join last_prices
        on
            issues.customer_id = last_prices.customer_id
            and issues.subscription_id = last_prices.subscription_id

)

select * from subscription_issues
