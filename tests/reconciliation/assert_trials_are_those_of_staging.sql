-- A row is a grain whose trial cohorts, all taken together, hold more customers than
-- have a `trial_started`, fewer than have a subscription that begins with one, more
-- converted ones than had their `new` movement since, or not those of the other grains.
with

subscription_events as (

    select * from {{ ref('stg_subscription_events') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

mrr_movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where movement_type = 'new'

),

trial_conversion as (

    select * from {{ ref('metrics_trial_conversion_by_cohort') }}

),

subscriptions as (

    select
        coalesce(survivors.surviving_customer_id, subscription_events.customer_id)
            as customer_id,
        subscription_events.subscription_id,
        min(subscription_events.occurred_at) as first_event_at,
        min(
            case
                when subscription_events.event_type = 'trial_started'
                    then subscription_events.occurred_at
            end
        ) as trial_started_at

    from subscription_events
    left join survivors on subscription_events.customer_id = survivors.customer_id
    cross join as_of_date
    where
        {{ to_reporting_time('subscription_events.occurred_at') }}
        < as_of_date.as_of_at
    group by
        coalesce(survivors.surviving_customer_id, subscription_events.customer_id),
        subscription_events.subscription_id

),

trials as (

    select
        customer_id,
        min(trial_started_at) as trial_started_at,
        max(case when trial_started_at = first_event_at then 1 else 0 end)
            as begins_on_trial

    from subscriptions
    where trial_started_at is not null
    group by customer_id

),

bounds as (

    select
        count(*) as most_trials,
        coalesce(sum(trials.begins_on_trial), 0) as fewest_trials,
        count(
            case
                when mrr_movements.occurred_at >= trials.trial_started_at then 1
            end
        ) as most_converted

    from trials
    left join mrr_movements on trials.customer_id = mrr_movements.customer_id

),

sums as (

    select
        period_grain,
        sum(trial_customers) as trial_customers,
        sum(converted_customers) as converted_customers,
        sum(eligible_customers) as eligible_customers,
        sum(converted_within_customers) as converted_within_customers,
        sum(open_trial_customers) as open_trial_customers

    from trial_conversion
    group by period_grain

),

neighbours as (

    select
        *,
        lag(trial_customers) over (order by period_grain) as other_trials,
        lag(converted_customers) over (order by period_grain) as other_converted,
        lag(eligible_customers) over (order by period_grain) as other_eligible,
        lag(converted_within_customers) over (order by period_grain) as other_within,
        lag(open_trial_customers) over (order by period_grain) as other_open,
        count(*) over (partition by 1) as grains

    from sums

),

differences as (

    select neighbours.*
    from neighbours
    cross join bounds
    where
        neighbours.trial_customers > bounds.most_trials
        or neighbours.trial_customers < bounds.fewest_trials
        or neighbours.converted_customers > bounds.most_converted
        or neighbours.grains != 4
        or neighbours.trial_customers != neighbours.other_trials
        or neighbours.converted_customers != neighbours.other_converted
        or neighbours.eligible_customers != neighbours.other_eligible
        or neighbours.converted_within_customers != neighbours.other_within
        or neighbours.open_trial_customers != neighbours.other_open

)

select * from differences
