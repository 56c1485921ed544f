{% set same_instant -%}
    partition by customer_id, subscription_id, occurred_at
{%- endset %}

with

events as (

    select * from {{ ref('int_subscription_events') }}

),

ends as (

    select * from {{ ref('int_subscription_ends') }}

),

-- Ends that nobody recorded (a paid period that ran out, a payment that never came)
-- take their place among the events, as `ended`.
events_and_ends as (

    select
        customer_id,
        subscription_id,
        event_id,
        event_type,
        case when event_type = 'ended' then 'recorded' end as end_kind,
        type_rank,
        0 as end_rank,
        occurred_at,
        reason_code,
        plan_id,
        currency,
        mrr

    from events

    union all

    select
        customer_id,
        subscription_id,
        event_id,
        'ended' as event_type,
        end_kind,
        10 as type_rank,
        end_rank,
        ends_at as occurred_at,
        cast(null as {{ dbt.type_string() }}) as reason_code,
        cast(null as {{ dbt.type_string() }}) as plan_id,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as {{ type_money() }}) as mrr

    from ends

),

positions as (

    select
        *,
        row_number() over (
            partition by
                customer_id,
                subscription_id
            order by
                occurred_at,
                type_rank,
                end_rank,
                event_id
        ) as position,
        min(
            case when event_type in ('started', 'changed', 'ended') then type_rank end
        ) over (
            partition by
                customer_id,
                subscription_id
            order by
                occurred_at,
                type_rank,
                end_rank,
                event_id
            rows between unbounded preceding and 1 preceding
        ) as first_decisive_rank,
        max(case when end_kind = 'recorded' then 1 else 0 end) over ({{ same_instant }})
            as has_recorded_end,
        max(case when event_type = 'started' then 1 else 0 end)
            over ({{ same_instant }})
            as has_started

    from events_and_ends

),

-- A `changed` before any start or end, as during a trial, starts the subscription.
timeline as (

    select
        *,
        has_recorded_end = 1 and has_started = 1 as is_start_and_end,
        event_type = 'started'
        or (event_type = 'changed' and first_decisive_rank is null) as is_start

    from positions

)

select * from timeline
