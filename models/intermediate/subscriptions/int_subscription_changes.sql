with

states as (

    select * from {{ ref('int_subscription_states') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

instants as (

    select
        customer_id,
        occurred_at,
        {{ sum_of_counts(
            'case when is_counted then 1 else 0 end'
            ~ ' - case when was_counted then 1 else 0 end'
        ) }} as subscription_change

    from states
    group by
        customer_id,
        occurred_at

),

counts as (

    select
        *,
        sum(subscription_change) over (
            partition by customer_id
            order by occurred_at
            rows between unbounded preceding and current row
        ) as subscription_count

    from instants

),

gaps as (

    select
        *,
        max(
            case
                when subscription_count = 0 and subscription_change < 0 then occurred_at
            end
        )
            over (
                partition by customer_id
                order by occurred_at
                rows between unbounded preceding and current row
            ) as gap_started_at,
        min(case when subscription_count > 0 then occurred_at end) over (
            partition by customer_id
            order by occurred_at desc
            rows between unbounded preceding and current row
        ) as gap_ended_at

    from counts

),

-- A gap that is closed moves what happens in it to its end, where it nets out; one that
-- is still open and short moves it out of the known history.
effective_instants as (

    select
        gaps.customer_id,
        gaps.occurred_at,
        gaps.subscription_count,
        case
            when gaps.subscription_count > 0 then gaps.occurred_at
            when
                gaps.gap_ended_at
                <= {{ add_days(
                    'gaps.gap_started_at', setting('subscription_merge_gap_days')
                ) }}
                then gaps.gap_ended_at
            when
                gaps.gap_ended_at is null
                and {{ to_reporting_time(
                    add_days('gaps.gap_started_at', setting('subscription_merge_gap_days'))
                ) }} >= as_of_date.as_of_at
                then null
            else gaps.occurred_at
        end as effective_at

    from gaps
    cross join as_of_date

),

changes as (

    select
        states.customer_id,
        states.subscription_id,
        states.occurred_at,
        states.event_id,
        states.type_rank,
        states.was_counted,
        states.is_counted,
        states.plan_before,
        states.plan_after,
        states.currency_before,
        states.currency_after,
        states.mrr_before,
        states.mrr_after,
        states.reason_code,
        effective_instants.subscription_count,
        effective_instants.effective_at

    from states
    inner join effective_instants
        on
            states.customer_id = effective_instants.customer_id
            and states.occurred_at = effective_instants.occurred_at
    where effective_instants.effective_at is not null

)

select * from changes
