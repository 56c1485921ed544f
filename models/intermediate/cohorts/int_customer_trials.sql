with

lives as (

    select * from {{ ref('int_subscription_lives') }}

),

first_activations as (

    select * from {{ ref('int_customer_changes') }}
    where
        retention_basis = 'subscription'
        and change_number = 1

),

subscriptions as (

    select
        customer_id,
        subscription_id,
        min(case when event_type = 'trial_started' then position end)
            as trial_position,
        min(case when event_type = 'trial_started' then occurred_at end)
            as trial_started_at,
        min(case when is_start then position end) as first_start_position,
        max(case when end_kind is not null then position end) as last_end_position

    from lives
    group by
        customer_id,
        subscription_id

),

-- What has started is on trial no more, and cannot begin one.
trials as (

    select
        customer_id,
        trial_started_at,
        first_start_position is null
        and coalesce(last_end_position, 0) < trial_position as is_running

    from subscriptions
    where
        trial_position is not null
        and (first_start_position is null or first_start_position > trial_position)

),

customers as (

    select
        customer_id,
        min(trial_started_at) as first_trial_at,
        max(case when is_running then 1 else 0 end) = 1 as is_on_trial

    from trials
    group by customer_id

),

local_customers as (

    select
        *,
        cast({{ to_reporting_time('first_trial_at') }} as date) as first_trial_date

    from customers

),

-- Who was a customer before the first trial cannot convert any more.
customer_trials as (

    select
        local_customers.customer_id,
        local_customers.first_trial_at,
        local_customers.first_trial_date,
        local_customers.is_on_trial,
        case
            when first_activations.changed_at >= local_customers.first_trial_at
                then first_activations.changed_at
        end as converted_at,
        case
            when first_activations.changed_at >= local_customers.first_trial_at
                then {{ days_between(
                    'local_customers.first_trial_date', 'first_activations.changed_date'
                ) }}
        end as days_to_conversion

    from local_customers
    left join first_activations
        on local_customers.customer_id = first_activations.customer_id

)

select * from customer_trials
