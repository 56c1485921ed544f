with

revenue_events as (

    select * from {{ ref('int_revenue_events') }}

),

customer_revenue_days as (

    select
        customer_id,
        occurred_date as revenue_date,
        sum(case when event_type = 'payment' then amount else -amount end)
            as revenue_amount

    from revenue_events
    group by
        customer_id,
        occurred_date

)

select * from customer_revenue_days
