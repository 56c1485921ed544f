-- depends_on: {{ ref('int_build_window') }}
with

customers as (

    select * from {{ ref('stg_customers') }}

),

unlisted_events as (

    select * from {{ ref('int_unlisted_events') }}

),

survey_responses as (

    select * from {{ ref('stg_survey_responses') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

-- Without a single customers row everybody is unlisted, and by design.
customer_lists as (

    select count(*) as customer_rows
    from customers
    having count(*) > 0

),

events as (

    select
        log_name as table_name,
        customer_id,
        occurred_at

    from unlisted_events

    union all

    select
        'survey_responses' as table_name,
        survey_responses.customer_id,
        survey_responses.responded_at as occurred_at

    from survey_responses
    left join customers on survey_responses.customer_id = customers.customer_id
    where
        survey_responses.customer_id is not null
        and customers.customer_id is null

),

unlisted_customers as (

    select
        events.table_name,
        'unlisted_customer' as issue_code,
        events.customer_id,
        min(events.occurred_at) as occurred_at,
        count(*) as row_count

    from events
    cross join customer_lists
    group by
        events.table_name,
        events.customer_id

),

merge_issues as (

    select
        'customers' as table_name,
        case
            when survivors.is_refused then 'merge_refused'
            else 'merged_into_unlisted_customer'
        end as issue_code,
        survivors.customer_id,
        cast(null as {{ dbt.type_timestamp() }}) as occurred_at,
        cast(1 as {{ dbt.type_bigint() }}) as row_count

    from survivors
    left join customers on survivors.surviving_customer_id = customers.customer_id
    where
        survivors.is_refused
        or customers.customer_id is null

),

customer_issues as (

    select * from unlisted_customers
    union all
    select * from merge_issues

)

select * from customer_issues
