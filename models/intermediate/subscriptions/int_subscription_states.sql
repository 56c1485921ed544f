{% set earlier_states -%}
    partition by customer_id, subscription_id
    order by occurred_at
{%- endset %}

with

instants as (

    select * from {{ ref('int_subscription_instants') }}

),

policies as (

    select
        *,
        is_in_service
        {% if setting('churn_recognition') == 'cancel_request' -%}
            and not is_asked_to_end
        {%- endif %}
        {% if setting('pause_policy') == 'churn' -%}
            and not is_paused
        {%- endif %}
        {% if setting('free_plan_policy') == 'not_customer' -%}
            and coalesce(price_mrr, 0) > 0
        {%- endif %} as is_counted

    from instants

),

counted as (

    select
        customer_id,
        subscription_id,
        occurred_at,
        event_id,
        type_rank,
        is_counted,
        case when is_counted then plan_id end as plan_id,
        case when is_counted then currency end as currency,
        case
            when not is_counted then 0
            {% if setting('pause_policy') == 'zero_mrr_keep_customer' -%}
                when is_paused then 0
            {%- endif %}
            else price_mrr
        end as mrr,
        reason_code

    from policies

),

states_before as (

    select
        *,
        lag(is_counted) over ({{ earlier_states }}) as was_counted,
        lag(plan_id) over ({{ earlier_states }}) as plan_before,
        lag(currency) over ({{ earlier_states }}) as currency_before,
        lag(mrr) over ({{ earlier_states }}) as mrr_before

    from counted

),

states as (

    select
        customer_id,
        subscription_id,
        occurred_at,
        event_id,
        type_rank,
        coalesce(was_counted, false) as was_counted,
        is_counted,
        plan_before,
        plan_id as plan_after,
        currency_before,
        currency as currency_after,
        coalesce(mrr_before, 0) as mrr_before,
        mrr as mrr_after,
        reason_code

    from states_before

),

-- A renewal at the same price is no change.
changed_states as (

    select *
    from states
    where
        was_counted != is_counted
        or mrr_before != mrr_after
        or coalesce(plan_before, '') != coalesce(plan_after, '')
        or coalesce(currency_before, '') != coalesce(currency_after, '')

)

select * from changed_states
