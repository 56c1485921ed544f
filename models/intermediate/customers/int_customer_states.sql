with

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

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

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
                {{ in_reporting_currency(
                    'customer_mrr.mrr_after', 'exchange_rates.rate'
                ) }}
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

-- How a customer stands today: activity on each basis, and its subscriptions.
customer_states as (

    select
        activity.customer_id,
        activity.is_subscribed,
        activity.is_purchase_active,
        activity.is_activity_active,
        activity.first_subscribed_date,
        case
            when last_spans.is_open
                then cast({{ add_days('as_of_date.as_of_date', -1) }} as date)
            when
                last_spans.local_ended_at
                > cast(last_spans.ended_date as {{ dbt.type_timestamp() }})
                then last_spans.ended_date
            else cast({{ add_days('last_spans.ended_date', -1) }} as date)
        end as last_subscribed_date,
        case when not last_spans.is_open then last_spans.ended_at end as churned_at,
        case when not last_spans.is_open then last_spans.churn_kind end as churn_kind,
        case when not last_spans.is_open then last_spans.reason_code end
            as churn_reason_code,
        last_plans.plan_id,
        current_mrr.mrr

    from activity
    cross join as_of_date
    left join last_spans on activity.customer_id = last_spans.customer_id
    left join last_plans on activity.customer_id = last_plans.customer_id
    left join current_mrr on activity.customer_id = current_mrr.customer_id

)

select * from customer_states
