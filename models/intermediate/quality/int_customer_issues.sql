{% set event_tables = [
    'subscription_events', 'revenue_events', 'activity_events', 'survey_responses'
] %}

-- depends_on: {{ ref('int_build_window') }}
with

customers as (

    select * from {{ ref('stg_customers') }}

),

{% for event_table in event_tables %}

    {{ event_table }} as (

        select * from {{ ref('stg_' ~ event_table) }}
        where customer_id is not null

    ),

{% endfor %}

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

-- Without a single customers row everybody is unlisted, and by design.
customer_lists as (

    select count(*) as customer_rows
    from customers
    having count(*) > 0

),

unlisted_customers as (

    {% for event_table in event_tables %}
        {{ 'union all' if not loop.first }}
        select
            '{{ event_table }}' as table_name,
            'unlisted_customer' as issue_code,
            {{ event_table }}.customer_id,
            min({{ event_table }}.{{
                'responded_at' if event_table == 'survey_responses' else 'occurred_at'
            }}) as occurred_at,
            count(*) as row_count

        from {{ event_table }}
        cross join customer_lists
        left join customers on {{ event_table }}.customer_id = customers.customer_id
        where customers.customer_id is null
        group by {{ event_table }}.customer_id
    {% endfor %}

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
