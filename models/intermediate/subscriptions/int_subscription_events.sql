-- depends_on: {{ ref('int_touched_customers') }}
with

events as (

    select * from {{ ref('stg_subscription_events') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- Ties at one instant are read in the order of the types in the raw contract.
known_events as (

    select
        coalesce(survivors.surviving_customer_id, events.customer_id) as customer_id,
        events.subscription_id,
        events.event_id,
        events.event_type,
        case events.event_type
            when 'trial_started' then 1
            when 'started' then 2
            when 'changed' then 3
            when 'renewed' then 4
            when 'paused' then 5
            when 'resumed' then 6
            when 'past_due' then 7
            when 'recovered' then 8
            when 'cancel_requested' then 9
            else 10
        end as type_rank,
        events.occurred_at,
        events.current_period_end,
        events.reason_code,
        events.plan_id,
        events.currency,
        events.billing_interval,
        events.interval_count,
        case
            when events.event_type in ('started', 'changed')
                then cast(
                    greatest(
                        cast(events.unit_amount as {{ type_decimal(19, 4) }})
                        * events.quantity
                        {% if setting('discount_policy') == 'all' -%}
                            - events.discount_amount
                        {%- endif %},
                        0
                    ) as {{ type_decimal(28, 8) }}
                )
        end as price_amount

    from events
    left join survivors on events.customer_id = survivors.customer_id
    cross join as_of_date
    where {{ to_reporting_time('events.occurred_at') }} < as_of_date.as_of_at

),

-- Months in an interval as a fraction: a day is 12 / 365.25 of a month, a week 12 / 52.
interval_fractions as (

    select
        *,
        case billing_interval
            when 'day' then 36525
            when 'week' then 13
            else 1
        end as price_multiplier,
        case billing_interval
            when 'day' then 1200
            when 'week' then 3
            when 'month' then 1
            when 'quarter' then 3
            else 12
        end * interval_count as price_divisor

    from known_events

),

priced_events as (

    select
        customer_id,
        subscription_id,
        event_id,
        event_type,
        type_rank,
        occurred_at,
        current_period_end,
        reason_code,
        plan_id,
        currency,
        {{ divide_half_up('price_amount * price_multiplier', 'price_divisor') }} as mrr,
        row_number() over (
            partition by
                customer_id,
                subscription_id
            order by
                occurred_at,
                type_rank,
                event_id
        ) as event_number

    from interval_fractions

)

select * from priced_events
