{% set past_due_days = setting('past_due_policy') %}
{% set merge_gap_days = setting('subscription_merge_gap_days') %}

with

build_window as (

    select * from {{ ref('int_build_window') }}
    where as_of_at > known_until_at

),

-- Logs as they lie in raw: a version that was corrected since touches its customer for
-- nothing, which is cheaper than to look for the newest one.
subscription_events as (

    select * from {{ source('raw', 'subscription_events') }}

),

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

),

activity_events as (

    select * from {{ source('raw', 'activity_events') }}

),

attributes as (

    select * from {{ ref('stg_customer_attributes') }}

),

-- An announced end, and what the policies make of it so many days later.
subscription_instants as (

    select
        customer_id,
        occurred_at

    from subscription_events

    union all

    select
        customer_id,
        current_period_end as occurred_at

    from subscription_events
    where current_period_end is not null

    {% if past_due_days != 'keep' %}

        union all

        select
            customer_id,
            {{ add_days('occurred_at', past_due_days) }} as occurred_at

        from subscription_events
        where event_type = 'past_due'

    {% endif %}

),

instants as (

    select
        customer_id,
        'subscription_events' as log_name,
        occurred_at

    from subscription_instants

    {% if merge_gap_days > 0 %}

        union all

        select
            customer_id,
            'subscription_events' as log_name,
            {{ add_days('occurred_at', merge_gap_days) }} as occurred_at

        from subscription_instants

    {% endif %}

    union all

    select
        coalesce(customer_id, '') as customer_id,
        'revenue_events' as log_name,
        occurred_at

    from revenue_events

    union all

    select
        customer_id,
        'activity_events' as log_name,
        occurred_at

    from activity_events

    union all

    select
        customer_id,
        'customers' as log_name,
        valid_from as occurred_at

    from attributes
    where valid_from is not null

),

-- Instants that as_of_date has passed since the last build.
newly_known_rows as (

    select
        instants.customer_id,
        instants.log_name,
        min(cast({{ to_reporting_time('instants.occurred_at') }} as date)) as from_date

    from instants
    cross join build_window
    where
        {{ to_reporting_time('instants.occurred_at') }} >= build_window.known_until_at
        and {{ to_reporting_time('instants.occurred_at') }} < build_window.as_of_at
    group by
        instants.customer_id,
        instants.log_name

)

select * from newly_known_rows
