with

build_changes as (

    select * from {{ source('build', 'build_changes') }}

),

touched_customers as (

    select * from {{ ref('int_touched_customers') }}
    where log_name = 'exchange_rates'

),

build_window as (

    select * from {{ ref('int_build_window') }}

),

inactivity_spans as (

    select * from {{ ref('int_inactivity_spans') }}

),

-- The models that note in build_changes what came out different; they come first.
-- depends_on: {{ ref('int_subscription_changes') }}
-- depends_on: {{ ref('int_customer_segment_history') }}
changes as (

    select customer_id from build_changes

    union all

    select customer_id from touched_customers

    union all

    -- Windows that have run out since the last build.
    select inactivity_spans.customer_id
    from inactivity_spans
    cross join build_window
    where
        {{ to_reporting_time('inactivity_spans.ended_at') }}
        >= build_window.known_until_at
        and {{ to_reporting_time('inactivity_spans.ended_at') }} < build_window.as_of_at

),

changed_customers as (

    select customer_id
    from changes
    group by customer_id

)

select * from changed_customers
