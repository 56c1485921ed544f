{% set column_segments = ['acquisition_channel', 'country'] %}

with

customers as (

    select * from {{ ref('int_customers') }}

),

customer_attributes as (

    select * from {{ ref('int_customer_attributes') }}
    where next_valid_from is null

),

customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

customer_plans as (

    select * from {{ ref('int_customer_plans') }}
    where is_active

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

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

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

attributes as (

    select
        customer_id,
        {% for column_name in column_segments -%}
            max(case when attribute_name = '{{ column_name }}' then attribute_value end)
                as {{ column_name }}{{ ',' if not loop.last }}
        {% endfor %}

    from customer_attributes
    group by customer_id

),

activity as (

    select
        customer_id,
        max(case when retention_basis = 'subscription' and is_open then 1 else 0 end)
            as is_subscribed,
        max(case when retention_basis = 'purchase' and is_open then 1 else 0 end)
            as is_purchase_active,
        max(case when retention_basis = 'activity' and is_open then 1 else 0 end)
            as is_activity_active,
        min(case when retention_basis = 'subscription' then started_date end)
            as first_subscribed_date,
        max(case when retention_basis = 'subscription' then span_number end)
            as last_span_number

    from customer_spans
    group by customer_id

),

last_spans as (

    select
        customer_spans.customer_id,
        customer_spans.is_open,
        {{ to_reporting_time('customer_spans.ended_at') }} as local_ended_at,
        customer_spans.ended_at,
        customer_spans.ended_date,
        customer_spans.churn_kind,
        customer_spans.reason_code

    from customer_spans
    inner join activity
        on
            customer_spans.customer_id = activity.customer_id
            and customer_spans.span_number = activity.last_span_number
    where customer_spans.retention_basis = 'subscription'

),

numbered_plans as (

    select
        customer_id,
        plan_after as plan_id,
        row_number() over (
            partition by customer_id
            order by effective_at desc
        ) as plan_number

    from customer_plans

),

last_plans as (

    select * from numbered_plans
    where plan_number = 1

),

last_changes as (

    select
        customer_id,
        max(change_number) as change_number

    from customer_mrr
    group by customer_id

),

-- Today's MRR is worth the rate of the last known month.
current_mrr as (

    select
        customer_mrr.customer_id,
        round(
            sum(
                {{ in_reporting_currency('customer_mrr.mrr_after', 'exchange_rates.rate') }}
            ),
            4
        ) as mrr

    from customer_mrr
    inner join last_changes
        on
            customer_mrr.customer_id = last_changes.customer_id
            and customer_mrr.change_number = last_changes.change_number
    cross join as_of_date
    inner join exchange_rates
        on
            customer_mrr.currency = exchange_rates.currency
            and {{ start_of_period('month', add_days('as_of_date.as_of_date', -1)) }}
            = exchange_rates.month_start_date
    group by customer_mrr.customer_id

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
        last_plans.plan_id,
        {{ start_of_period('month', 'activity.first_subscribed_date') }}
            as subscription_cohort_month,
        activity.first_subscribed_date,
        case
            when last_spans.is_open
                then cast({{ add_days('as_of_date.as_of_date', -1) }} as date)
            when last_spans.local_ended_at > cast(last_spans.ended_date as {{ dbt.type_timestamp() }})
                then last_spans.ended_date
            else cast({{ add_days('last_spans.ended_date', -1) }} as date)
        end as last_subscribed_date,
        active_dates.first_ordered_date,
        active_dates.last_ordered_date,
        active_dates.first_active_date,
        active_dates.last_active_date,
        coalesce(activity.is_subscribed, 0) = 1 as is_subscribed,
        coalesce(activity.is_purchase_active, 0) = 1 as is_purchase_active,
        coalesce(activity.is_activity_active, 0) = 1 as is_activity_active,
        case when not last_spans.is_open then last_spans.ended_at end as churned_at,
        case when not last_spans.is_open then last_spans.churn_kind end as churn_kind,
        case when not last_spans.is_open then last_spans.reason_code end
            as churn_reason_code,
        cast(coalesce(order_counts.order_count, 0) as {{ dbt.type_bigint() }})
            as order_count,
        cast(coalesce(current_mrr.mrr, 0) as {{ type_money_sum() }}) as mrr,
        cast(coalesce(revenue.lifetime_revenue, 0) as {{ type_money_sum() }})
            as lifetime_revenue

    from customers
    cross join as_of_date
    left join attributes on customers.customer_id = attributes.customer_id
    left join activity on customers.customer_id = activity.customer_id
    left join last_spans on customers.customer_id = last_spans.customer_id
    left join last_plans on customers.customer_id = last_plans.customer_id
    left join active_dates on customers.customer_id = active_dates.customer_id
    left join order_counts on customers.customer_id = order_counts.customer_id
    left join current_mrr on customers.customer_id = current_mrr.customer_id
    left join revenue on customers.customer_id = revenue.customer_id

)

select * from dim_customers
