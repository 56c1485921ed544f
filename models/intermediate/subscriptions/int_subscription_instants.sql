{% set rows_so_far -%}
    partition by customer_id, subscription_id
    order by position
    rows between unbounded preceding and current row
{%- endset %}

with

lives as (

    select * from {{ ref('int_subscription_lives') }}

),

-- The price in force, and whether the subscription is paused or asked to leave, are
-- those of the last row that said so: twice its position, plus one where it switched
-- that on.
latest_words as (

    select
        *,
        max(case when is_start or event_type = 'changed' then position end)
            over ({{ rows_so_far }}) as price_position,
        max(
            case
                when event_type = 'paused' then 2 * position + 1
                when is_start or event_type = 'resumed' then 2 * position
            end
        ) over ({{ rows_so_far }}) as pause_code,
        max(
            case
                when event_type = 'cancel_requested' then 2 * position + 1
                when is_start or event_type in ('renewed', 'resumed') then 2 * position
            end
        ) over ({{ rows_so_far }}) as request_code,
        lead(occurred_at) over (
            partition by
                customer_id,
                subscription_id
            order by position
        ) as next_occurred_at

    from lives

),

-- Only the last row of an instant is seen from outside.
instants as (

    select
        *,
        price_position is not null and event_type != 'ended' as is_in_service,
        coalesce(mod(pause_code, 2), 0) = 1 as is_paused,
        case
            when mod(request_code, 2) = 1
                then cast(
                    (request_code - 1) / cast(2 as {{ type_rate() }})
                    as {{ dbt.type_bigint() }}
                )
        end as request_position

    from latest_words
    where next_occurred_at is null or next_occurred_at != occurred_at

),

subscription_instants as (

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
        instants.request_position is not null as is_asked_to_end,
        instants.is_in_service,
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

)

select * from subscription_instants
