-- A row is a customer id that raw rows name and the customer mart lacks, although it
-- was not merged into another; or one in the mart that no raw row names.
with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

raw_customers as (

    select * from {{ source('raw', 'customers') }}

),

subscription_events as (

    select * from {{ source('raw', 'subscription_events') }}

),

revenue_events as (

    select * from {{ source('raw', 'revenue_events') }}

),

activity_events as (

    select * from {{ source('raw', 'activity_events') }}

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

rows_with_customers as (

    select
        customer_id,
        load_id,
        cast(null as {{ dbt.type_timestamp() }}) as occurred_at,
        'customers' as table_name,
        cast(null as {{ dbt.type_string() }}) as event_id

    from raw_customers

    union all

    select
        customer_id,
        load_id,
        occurred_at,
        'subscription_events' as table_name,
        event_id

    from subscription_events

    union all

    select
        customer_id,
        load_id,
        occurred_at,
        'revenue_events' as table_name,
        event_id

    from revenue_events

    union all

    select
        customer_id,
        load_id,
        occurred_at,
        'activity_events' as table_name,
        event_id

    from activity_events

),

raw_ids as (

    select
        rows_with_customers.customer_id,
        min(case when corrections.event_id is null then 0 else 1 end) as is_corrected

    from rows_with_customers
    inner join loads on rows_with_customers.load_id = loads.load_id
    left join corrections
        on
            rows_with_customers.table_name = corrections.table_name
            and rows_with_customers.event_id = corrections.event_id
    cross join as_of_date
    where
        rows_with_customers.customer_id is not null
        and (
            rows_with_customers.occurred_at is null
            or {{ to_reporting_time('rows_with_customers.occurred_at') }}
            < as_of_date.as_of_at
        )
    group by rows_with_customers.customer_id

),

merged_ids as (

    select customer_id
    from raw_customers
    where merged_into_customer_id is not null
    group by customer_id

),

survivor_ids as (

    select merged_into_customer_id as customer_id
    from raw_customers
    where merged_into_customer_id is not null
    group by merged_into_customer_id

),

-- An id that only a corrected event names may be rightly gone: its newest version may
-- name another customer, or an instant that is not known yet.
differences as (

    select
        raw_ids.customer_id,
        'in raw, not in the mart' as difference

    from raw_ids
    left join merged_ids on raw_ids.customer_id = merged_ids.customer_id
    left join customers on raw_ids.customer_id = customers.customer_id
    where
        raw_ids.is_corrected = 0
        and merged_ids.customer_id is null
        and customers.customer_id is null

    union all

    select
        customers.customer_id,
        'in the mart, not in raw' as difference

    from customers
    left join raw_ids on customers.customer_id = raw_ids.customer_id
    left join survivor_ids on customers.customer_id = survivor_ids.customer_id
    where
        raw_ids.customer_id is null
        and survivor_ids.customer_id is null

)

select * from differences
