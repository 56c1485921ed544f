{% set parts = ['plan', 'quantity', 'currency'] %}

{% set earlier_prices -%}
    partition by customer_id, subscription_id
    order by occurred_at, type_rank, event_id
{%- endset %}

-- depends_on: {{ ref('int_touched_customers') }}
with

events as (

    select * from {{ ref('stg_subscription_events') }}
    where event_type in ('started', 'changed')

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

prices as (

    select
        coalesce(survivors.surviving_customer_id, events.customer_id) as customer_id,
        events.subscription_id,
        events.event_id,
        events.event_type,
        case when events.event_type = 'started' then 1 else 2 end as type_rank,
        events.occurred_at,
        events.plan_id,
        events.quantity,
        events.currency,
        events.is_quantity_stated,
        events.is_currency_stated

    from events
    left join survivors on events.customer_id = survivors.customer_id
    cross join as_of_date
    where {{ to_reporting_time('events.occurred_at') }} < as_of_date.as_of_at

),

neighbours as (

    select
        *,
        lag(plan_id) over ({{ earlier_prices }}) as plan_before,
        lag(quantity) over ({{ earlier_prices }}) as quantity_before,
        lag(currency) over ({{ earlier_prices }}) as currency_before

    from prices

),

-- Each price is read whole: what a change leaves out falls back to its default. Where
-- that was the value before, nothing is lost.
drops as (

    select
        *,
        plan_id is null and plan_before is not null as drops_plan,
        not is_quantity_stated and quantity_before != quantity as drops_quantity,
        not is_currency_stated and currency_before != currency as drops_currency

    from neighbours
    where event_type = 'changed'

),

dropped_parts as (

    {% for part in parts %}
        {{ 'union all' if not loop.first }}
        select
            'changed_drops_{{ part }}' as issue_code,
            customer_id,
            subscription_id,
            event_id,
            occurred_at

        from drops
        where drops_{{ part }}
    {% endfor %}

)

select * from dropped_parts
