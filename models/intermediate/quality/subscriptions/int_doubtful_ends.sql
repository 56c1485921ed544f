with

events as (

    select * from {{ ref('int_subscription_events') }}
    where event_type in ('ended', 'cancel_requested')

),

summaries as (

    select * from {{ ref('int_subscription_summaries') }}

),

churn_reasons as (

    select * from {{ ref('churn_reasons') }}

),

-- The end of a trial comes before any price: it is no fault, and no churn.
early_ends as (

    select
        'ended_before_started' as issue_code,
        events.customer_id,
        events.subscription_id,
        events.event_id,
        events.occurred_at

    from events
    inner join summaries
        on
            events.customer_id = summaries.customer_id
            and events.subscription_id = summaries.subscription_id
    where
        events.event_type = 'ended'
        and (
            summaries.first_start_number is null
            or events.event_number < summaries.first_start_number
        )

),

unlisted_reasons as (

    select
        'unlisted_churn_reason' as issue_code,
        events.customer_id,
        events.subscription_id,
        events.event_id,
        events.occurred_at

    from events
    inner join summaries
        on
            events.customer_id = summaries.customer_id
            and events.subscription_id = summaries.subscription_id
    left join churn_reasons on events.reason_code = churn_reasons.reason_code
    where
        events.event_number > summaries.first_price_number
        and events.reason_code is not null
        and churn_reasons.reason_code is null

),

doubtful_ends as (

    select * from early_ends
    union all
    select * from unlisted_reasons

)

select * from doubtful_ends
