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

first_activity as (

    select * from {{ ref('int_customer_first_activity') }}

),

totals as (

    select * from {{ ref('int_customer_totals') }}

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
        totals.first_ordered_date,
        totals.last_ordered_date,
        first_activity.first_date as first_active_date,
        first_activity.last_date as last_active_date,
        coalesce(states.is_subscribed, 0) = 1 as is_subscribed,
        coalesce(states.is_purchase_active, 0) = 1 as is_purchase_active,
        coalesce(states.is_activity_active, 0) = 1 as is_activity_active,
        states.churned_at,
        states.churn_kind,
        states.churn_reason_code,
        cast(coalesce(totals.order_count, 0) as {{ dbt.type_bigint() }})
            as order_count,
        cast(coalesce(states.mrr, 0) as {{ type_money_sum() }}) as mrr,
        {{ round_money('coalesce(totals.lifetime_revenue, 0)') }}
            as lifetime_revenue

    from customers
    left join attributes on customers.customer_id = attributes.customer_id
    left join states on customers.customer_id = states.customer_id
    left join first_activity on customers.customer_id = first_activity.customer_id
    left join totals on customers.customer_id = totals.customer_id

)

select * from dim_customers
