-- A row is a customer whose lifetime revenue is not the sum of its raw payments less
-- its raw refunds and chargebacks. Customers who were merged, or have an amount in
-- another currency or an event with several versions, are left out: the rest needs no
-- rule to be added up.
with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

),

raw_customers as (

    select * from {{ source('raw', 'customers') }}

),

corrected_ids as (

    select * from {{ source('raw', 'corrected_ids') }}
    where table_name = 'revenue_events'

),

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- Whoever was merged, and whoever had somebody merged into it.
merged_customers as (

    select customer_id
    from raw_customers
    where merged_into_customer_id is not null

    union distinct

    select merged_into_customer_id as customer_id
    from raw_customers
    where merged_into_customer_id is not null

),

sums as (

    select
        revenue_events.customer_id,
        sum(
            case
                when
                    {{ to_reporting_time('revenue_events.occurred_at') }}
                    >= as_of_date.as_of_at
                    then 0
                when revenue_events.event_type = 'payment' then revenue_events.amount
                when revenue_events.event_type in ('refund', 'chargeback')
                    then -revenue_events.amount
                else 0
            end
        ) as revenue_amount,
        max(
            case
                when
                    revenue_events.currency
                    != {{ text_literal(setting('reporting_currency')) }}
                    then 1
                when corrected_ids.event_id is not null then 1
                else 0
            end
        ) as has_exceptions

    from revenue_events
    inner join loads on revenue_events.load_id = loads.load_id
    cross join as_of_date
    left join corrected_ids on revenue_events.event_id = corrected_ids.event_id
    group by revenue_events.customer_id

),

differences as (

    select
        customers.customer_id,
        customers.lifetime_revenue,
        coalesce(sums.revenue_amount, 0) as raw_revenue_amount

    from customers
    left join merged_customers on customers.customer_id = merged_customers.customer_id
    left join sums on customers.customer_id = sums.customer_id
    where
        merged_customers.customer_id is null
        and coalesce(sums.has_exceptions, 0) = 0
        and customers.lifetime_revenue != coalesce(sums.revenue_amount, 0)

)

select * from differences
