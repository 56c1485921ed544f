{#- So many days of cancellations make a rhythm; a shorter silence is none. -#}
{% set least_pauses = 10 %}
{% set least_silent_days = 7 %}

with

events as (

    select * from {{ ref('int_subscription_events') }}

),

customer_states as (

    select * from {{ ref('int_customer_states') }}

),

days as (

    select
        cast({{ to_reporting_time('occurred_at') }} as date) as occurred_date,
        max(case when event_type in ('ended', 'cancel_requested') then occurred_at end)
            as last_cancelled_at

    from events
    group by cast({{ to_reporting_time('occurred_at') }} as date)

),

last_days as (

    select
        max(occurred_date) as last_date,
        max(case when last_cancelled_at is not null then occurred_date end)
            as last_cancelled_date,
        max(last_cancelled_at) as last_cancelled_at

    from days

),

pauses as (

    select
        occurred_date,
        lag(occurred_date) over (order by occurred_date) as previous_date

    from days
    where last_cancelled_at is not null

),

-- The rhythm is that of the year before cancellations stopped.
rhythm as (

    select
        last_days.last_date,
        last_days.last_cancelled_date,
        last_days.last_cancelled_at,
        count(*) as pauses,
        max({{ days_between('pauses.previous_date', 'pauses.occurred_date') }})
            as longest_pause_days

    from pauses
    cross join last_days
    where
        pauses.previous_date
        >= cast({{ add_days('last_days.last_cancelled_date', -365) }} as date)
    group by
        last_days.last_date,
        last_days.last_cancelled_date,
        last_days.last_cancelled_at

),

-- Other events still arrive, for more than twice the longest pause.
silences as (

    select
        last_cancelled_at,
        longest_pause_days,
        {{ days_between('last_cancelled_date', 'last_date') }} as silent_days

    from rhythm
    where pauses >= {{ least_pauses }}

),

missing_cancellations as (

    select
        last_cancelled_at,
        longest_pause_days,
        silent_days

    from silences
    where
        silent_days > 2 * longest_pause_days
        and silent_days > {{ least_silent_days }}

),

-- At stake is everything: who has left since would not be known.
current_mrr as (

    select cast(coalesce(sum(mrr), 0) as {{ type_money_sum() }}) as mrr
    from customer_states

),

valued_cancellations as (

    select
        missing_cancellations.last_cancelled_at,
        missing_cancellations.longest_pause_days,
        missing_cancellations.silent_days,
        current_mrr.mrr

    from missing_cancellations
    cross join current_mrr

)

select * from valued_cancellations
