{% set past_due_days = setting('past_due_policy') %}

{% set earlier_events -%}
    partition by customer_id, subscription_id
    order by event_number
    rows between unbounded preceding and 1 preceding
{%- endset %}

{% set next_events -%}
    partition by customer_id, subscription_id
    order by event_number desc
    rows between unbounded preceding and 1 preceding
{%- endset %}

with

events as (

    select * from {{ ref('int_subscription_events') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- A `changed` before any start or end, as during a trial, starts the subscription. An
-- `ended` at the instant of a `started` renews it, or ends nothing.
starts_and_ends as (

    select
        *,
        case
            when event_type = 'started' then 1
            when
                event_type = 'changed'
                and min(
                    case
                        when event_type in ('started', 'changed', 'ended')
                            then event_number
                    end
                ) over ({{ earlier_events }}) is null
                then 1
            else 0
        end as is_start,
        case
            when event_type != 'ended' then 0
            else 1 - max(case when event_type = 'started' then 1 else 0 end) over (
                partition by
                    customer_id,
                    subscription_id,
                    occurred_at
            )
        end as is_end

    from events

),

-- What may still undo an announced end lies ahead of the announcement.
later_events as (

    select
        *,
        min(case when is_end = 1 then event_number end)
            over ({{ next_events }}) as next_ended_number,
        min(case when event_type = 'started' then event_number end)
            over ({{ next_events }}) as next_started_number,
        min(
            case
                when is_start = 1 or event_type in ('renewed', 'resumed')
                    then occurred_at
                when
                    event_type = 'cancel_requested'
                    and current_period_end is not null
                    then occurred_at
            end
        ) over ({{ next_events }}) as next_withdrawn_at,
        min(
            case
                when is_start = 1 or is_end = 1 or event_type = 'recovered'
                    then occurred_at
            end
        ) over ({{ next_events }}) as next_cleared_at

    from starts_and_ends

),

-- An `ended` decides whenever it comes, unless a `started` came between.
announced_ends as (

    select
        customer_id,
        subscription_id,
        event_id,
        'scheduled' as end_kind,
        1 as end_rank,
        greatest(current_period_end, occurred_at) as ends_at,
        next_withdrawn_at as undone_at

    from later_events
    where
        event_type = 'cancel_requested'
        and current_period_end is not null
        and (next_ended_number is null or next_started_number < next_ended_number)

    {% if past_due_days != 'keep' %}

        union all

        select
            customer_id,
            subscription_id,
            event_id,
            'past_due' as end_kind,
            2 as end_rank,
            {{ add_days('occurred_at', past_due_days) }} as ends_at,
            next_cleared_at as undone_at

        from later_events
        where event_type = 'past_due'

    {% endif %}

),

-- Up to and including its instant an end can be undone.
reached_ends as (

    select
        announced_ends.customer_id,
        announced_ends.subscription_id,
        announced_ends.event_id,
        announced_ends.end_kind,
        announced_ends.end_rank,
        announced_ends.ends_at

    from announced_ends
    cross join as_of_date
    where
        (
            announced_ends.undone_at is null
            or announced_ends.undone_at > announced_ends.ends_at
        )
        and {{ to_reporting_time('announced_ends.ends_at') }} < as_of_date.as_of_at

)

select * from reached_ends
