with

last_states as (

    select * from {{ ref('int_subscription_tracks') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

instants as (

    select
        customer_id,
        effective_at

    from last_states
    group by
        customer_id,
        effective_at

),

track_names as (

    select
        customer_id,
        track_id

    from last_states
    group by
        customer_id,
        track_id

),

-- Many to many on purpose: at each instant, the latest state of each track.
latest_states as (

    select
        instants.customer_id,
        instants.effective_at,
        track_names.track_id,
        max(last_states.effective_at) over (
            partition by
                instants.customer_id,
                track_names.track_id
            order by instants.effective_at
            rows between unbounded preceding and current row
        ) as state_effective_at

    from instants
    inner join track_names on instants.customer_id = track_names.customer_id
    left join last_states
        on
            instants.customer_id = last_states.customer_id
            and track_names.track_id = last_states.track_id
            and instants.effective_at = last_states.effective_at

),

counted_plans as (

    select
        latest_states.customer_id,
        latest_states.effective_at,
        last_states.plan_id,
        row_number() over (
            partition by
                latest_states.customer_id,
                latest_states.effective_at
            order by
                coalesce(
                    {{ in_reporting_currency(
                        'last_states.mrr', 'exchange_rates.rate'
                    ) }},
                    0
                ) desc,
                last_states.subscription_id
        ) as plan_rank

    from latest_states
    inner join last_states
        on
            latest_states.customer_id = last_states.customer_id
            and latest_states.track_id = last_states.track_id
            and latest_states.state_effective_at = last_states.effective_at
    left join exchange_rates
        on
            last_states.currency = exchange_rates.currency
            and {{ start_of_period(
                'month', to_reporting_time('latest_states.effective_at')
            ) }}
            = exchange_rates.month_start_date
    where last_states.is_counted

),

first_plans as (

    select * from counted_plans
    where plan_rank = 1

),

largest_plans as (

    select
        instants.customer_id,
        instants.effective_at,
        first_plans.plan_rank is not null as is_active,
        first_plans.plan_id as plan_after

    from instants
    left join first_plans
        on
            instants.customer_id = first_plans.customer_id
            and instants.effective_at = first_plans.effective_at

),

customer_plans as (

    select
        customer_id,
        effective_at,
        is_active,
        lag(plan_after) over (
            partition by customer_id
            order by effective_at
        ) as plan_before,
        plan_after

    from largest_plans

)

select * from customer_plans
