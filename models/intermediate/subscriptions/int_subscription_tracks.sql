with

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

customers as (

    select
        customer_id,
        max(subscription_count) as most_subscriptions

    from subscription_changes
    group by customer_id

),

-- Subscriptions that never overlap are followed as one; only those of customers who
-- held several at once are followed each by itself.
tracks as (

    select
        subscription_changes.customer_id,
        case
            when customers.most_subscriptions > 1
                then subscription_changes.subscription_id
            else ''
        end as track_id,
        subscription_changes.subscription_id,
        subscription_changes.effective_at,
        subscription_changes.occurred_at,
        subscription_changes.is_counted,
        subscription_changes.plan_after as plan_id,
        subscription_changes.currency_after as currency,
        subscription_changes.mrr_after as mrr

    from subscription_changes
    inner join customers on subscription_changes.customer_id = customers.customer_id

),

numbered_states as (

    select
        *,
        row_number() over (
            partition by
                customer_id,
                track_id,
                effective_at
            order by
                occurred_at desc,
                case when is_counted then 0 else 1 end asc,
                subscription_id asc
        ) as state_number

    from tracks

),

last_states as (

    select * from numbered_states
    where state_number = 1

)

select * from last_states
