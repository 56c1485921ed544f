{% set column_segments = ['acquisition_channel', 'country'] %}

with

customers as (

    select * from {{ ref('int_customers') }}

),

customer_attributes as (

    select * from {{ ref('int_customer_attributes') }}
    where next_valid_from is null

),

states as (

    select * from {{ ref('int_customer_states') }}

),

active_days as (

    select * from {{ ref('int_customer_active_days') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}

),

attributes as (

    select
        {% for column_name in column_segments -%}
            max(case when attribute_name = '{{ column_name }}' then attribute_value end)
                as {{ column_name }},
        {% endfor -%}
        customer_id

    from customer_attributes
    group by customer_id

),

active_dates as (

    select
        customer_id,
        min(case when retention_basis = 'purchase' then active_date end)
            as first_ordered_date,
        max(case when retention_basis = 'purchase' then active_date end)
            as last_ordered_date,
        min(case when retention_basis = 'activity' then active_date end)
            as first_active_date,
        max(case when retention_basis = 'activity' then active_date end)
            as last_active_date

    from active_days
    group by customer_id

),

order_counts as (

    select
        customer_id,
        count(*) as order_count

    from orders
    group by customer_id

),

revenue as (

    select
        customer_id,
        round(sum(revenue_amount), 4) as lifetime_revenue

    from revenue_days
    group by customer_id

),

dim_customers as (

    select
        customers.customer_id,
        customers.signed_up_at,
        coalesce(attributes.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(attributes.country, 'unknown') as country,
        states.plan_id,
        {{ start_of_period('month', 'states.first_subscribed_date') }}
            as subscription_cohort_month,
        states.first_subscribed_date,
        states.last_subscribed_date,
        active_dates.first_ordered_date,
        active_dates.last_ordered_date,
        active_dates.first_active_date,
        active_dates.last_active_date,
        coalesce(states.is_subscribed, 0) = 1 as is_subscribed,
        coalesce(states.is_purchase_active, 0) = 1 as is_purchase_active,
        coalesce(states.is_activity_active, 0) = 1 as is_activity_active,
        states.churned_at,
        states.churn_kind,
        states.churn_reason_code,
        cast(coalesce(order_counts.order_count, 0) as {{ dbt.type_bigint() }})
            as order_count,
        cast(coalesce(states.mrr, 0) as {{ type_money_sum() }}) as mrr,
        cast(coalesce(revenue.lifetime_revenue, 0) as {{ type_money_sum() }})
            as lifetime_revenue

    from customers
    left join attributes on customers.customer_id = attributes.customer_id
    left join states on customers.customer_id = states.customer_id
    left join active_dates on customers.customer_id = active_dates.customer_id
    left join order_counts on customers.customer_id = order_counts.customer_id
    left join revenue on customers.customer_id = revenue.customer_id

)

select * from dim_customers
