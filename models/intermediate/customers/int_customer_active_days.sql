with

orders as (

    select * from {{ ref('int_orders') }}

),

counted_activity as (

    select * from {{ ref('int_counted_activity') }}

),

active_days as (

    select
        'purchase' as retention_basis,
        customer_id,
        ordered_date as active_date,
        count(*) as event_count

    from orders
    where customer_id is not null
    group by
        customer_id,
        ordered_date

    union all

    select
        'activity' as retention_basis,
        customer_id,
        occurred_date as active_date,
        count(*) as event_count

    from counted_activity
    group by
        customer_id,
        occurred_date

),

customer_active_days as (

    select
        *,
        lag(active_date) over (
            partition by
                retention_basis,
                customer_id
            order by active_date
        ) as previous_active_date

    from active_days

)

select * from customer_active_days
