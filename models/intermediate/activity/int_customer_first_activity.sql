with

counted_activity as (

    select * from {{ ref('int_counted_activity') }}

),

customer_first_activity as (

    select
        customer_id,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(occurred_date) as first_date,
        max(occurred_date) as last_date

    from counted_activity
    group by customer_id

)

select * from customer_first_activity
