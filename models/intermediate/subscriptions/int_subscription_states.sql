with

lives as (

    select * from {{ ref('int_subscription_lives') }}

),

-- The price in force, and whether the subscription is paused or asked to leave, are those
-- of the last row that said so: twice its position, plus one where it switched that on.
latest_words as (

    select
        *,
        max(case when is_start or event_type = 'changed' then position end)
            over rows_so_far as price_position,
        max(
            case
                when event_type = 'paused' then 2 * position + 1
                when is_start or event_type = 'resumed' then 2 * position
            end
        ) over rows_so_far as pause_code,
        max(
            case
                when event_type = 'cancel_requested' then 2 * position + 1
                when is_start or event_type in ('renewed', 'resumed') then 2 * position
            end
        ) over rows_so_far as request_code,
        lead(occurred_at) over (
            partition by
                customer_id,
                subscription_id
            order by position
        ) as next_occurred_at

    from lives
    window rows_so_far as (
        partition by
            customer_id,
            subscription_id
        order by position
        rows between unbounded preceding and current row
    )

),

-- Only the last row of an instant is seen from outside.
instants as (

    select
        *,
        price_position is not null and event_type != 'ended' as is_in_service,
        coalesce(mod(pause_code, 2), 0) = 1 as is_paused,
        case
            when mod(request_code, 2) = 1
                then cast((request_code - 1) / 2 as {{ dbt.type_bigint() }})
        end as request_position

    from latest_words
    where next_occurred_at is null or next_occurred_at != occurred_at

),

prices_and_requests as (

    select
        instants.customer_id,
        instants.subscription_id,
        instants.occurred_at,
        instants.event_id,
        instants.type_rank,
        prices.plan_id,
        prices.currency,
        prices.mrr as price_mrr,
        instants.is_paused,
        instants.is_in_service
        {% if setting('churn_recognition') == 'cancel_request' -%}
            and instants.request_position is null
        {%- endif %}
        {% if setting('pause_policy') == 'churn' -%}
            and not instants.is_paused
        {%- endif %}
        {% if setting('free_plan_policy') == 'not_customer' -%}
            and coalesce(prices.mrr, 0) > 0
        {%- endif %} as is_counted,
        case instants.end_kind
            when 'past_due' then 'past_due'
            when 'recorded' then coalesce(instants.reason_code, requests.reason_code)
            else requests.reason_code
        end as reason_code

    from instants
    left join lives as prices
        on
            instants.customer_id = prices.customer_id
            and instants.subscription_id = prices.subscription_id
            and instants.price_position = prices.position
    left join lives as requests
        on
            instants.customer_id = requests.customer_id
            and instants.subscription_id = requests.subscription_id
            and instants.request_position = requests.position

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

    from prices_and_requests

),

states_before as (

    select
        *,
        lag(is_counted) over earlier_states as was_counted,
        lag(plan_id) over earlier_states as plan_before,
        lag(currency) over earlier_states as currency_before,
        lag(mrr) over earlier_states as mrr_before

    from counted
    window earlier_states as (
        partition by
            customer_id,
            subscription_id
        order by occurred_at
    )

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
