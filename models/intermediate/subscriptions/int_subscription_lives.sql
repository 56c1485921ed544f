{% set earlier_rows -%}
    partition by customer_id, subscription_id
    order by position
    rows between unbounded preceding and 1 preceding
{%- endset %}

with

timeline as (

    select * from {{ ref('int_subscription_timeline') }}

),

lives as (

    select
        *,
        max(case when is_start and not is_start_and_end then position end)
            over ({{ earlier_rows }}) as last_other_start,
        max(
            case
                when
                    end_kind in ('recorded', 'scheduled') and not is_start_and_end
                    then position
            end
        ) over ({{ earlier_rows }}) as last_other_end

    from timeline

),

-- Ended and started at one instant is a renewal of a subscription that was running.
renewals_joined as (

    select *
    from lives
    where
        not (
            is_start_and_end
            and coalesce(end_kind, '') = 'recorded'
            and coalesce(last_other_start, 0) > coalesce(last_other_end, 0)
        )

),

earlier_states as (

    select
        *,
        coalesce(max(case when is_start then position end) over ({{ earlier_rows }}), 0)
            as last_start,
        coalesce(
            max(case when end_kind in ('recorded', 'scheduled') then position end)
                over ({{ earlier_rows }}),
            0
        ) as last_end,
        coalesce(
            max(case when end_kind = 'past_due' then position end)
                over ({{ earlier_rows }}),
            0
        ) as last_past_due_end,
        coalesce(
            max(case when event_type = 'recovered' then position end)
                over ({{ earlier_rows }}),
            0
        ) as last_recovery

    from renewals_joined

),

-- After an end only a start revives; after a past-due end a recovery does too.
lived_events as (

    select
        customer_id,
        subscription_id,
        event_id,
        event_type,
        end_kind,
        type_rank,
        occurred_at,
        position,
        is_start,
        reason_code,
        plan_id,
        currency,
        mrr

    from earlier_states
    where
        is_start
        or (
            last_end <= last_start
            and (
                last_past_due_end <= greatest(last_start, last_recovery)
                or event_type in ('recovered', 'ended')
            )
        )

)

select * from lived_events
