{#- A renewal that is so many days late did not merely come late. -#}
{% set overdue_days = 30 %}

with

due_dates as (

    select * from {{ ref('int_renewal_due_dates') }}

),

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

late_renewals as (

    select due_dates.*
    from due_dates
    cross join as_of_date
    where
        {{ to_reporting_time('due_dates.due_at') }}
        < {{ add_days('as_of_date.as_of_at', -overdue_days) }}

),

numbered_changes as (

    select
        late_renewals.customer_id,
        late_renewals.subscription_id,
        late_renewals.event_id,
        late_renewals.due_at,
        subscription_changes.is_counted,
        subscription_changes.mrr_after,
        row_number() over (
            partition by
                late_renewals.customer_id,
                late_renewals.subscription_id
            order by subscription_changes.occurred_at desc
        ) as change_number

    from late_renewals
    inner join subscription_changes
        on
            late_renewals.customer_id = subscription_changes.customer_id
            and late_renewals.subscription_id = subscription_changes.subscription_id

),

-- One that has ended, is paused or costs nothing has nothing to renew.
overdue_subscriptions as (

    select
        'renewal_overdue' as issue_code,
        customer_id,
        subscription_id,
        event_id,
        due_at as occurred_at

    from numbered_changes
    where
        change_number = 1
        and is_counted
        and mrr_after > 0

)

select * from overdue_subscriptions
