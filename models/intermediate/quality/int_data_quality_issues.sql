with

quarantine as (

    select * from {{ ref('stg_quarantine') }}

),

customer_issues as (

    select * from {{ ref('int_customer_issues') }}

),

excessive_refunds as (

    select * from {{ ref('int_excessive_refunds') }}

),

subscription_issues as (

    select * from {{ ref('int_subscription_issues') }}

),

missing_cancellations as (

    select * from {{ ref('int_missing_cancellations') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

rows_put_aside as (

    select
        quarantine.table_name,
        quarantine.reason_code as issue_code,
        quarantine.load_id
        || '/' || quarantine.file_name
        || ':' || cast(quarantine.line_number as {{ dbt.type_string() }}) as subject_id,
        coalesce(survivors.surviving_customer_id, quarantine.customer_id)
            as customer_id,
        quarantine.occurred_at,
        quarantine.load_id

    from quarantine
    left join survivors on quarantine.customer_id = survivors.customer_id

),

-- Amounts only where the issue is about one subscription, or about all of them.
data_quality_issues as (

    select
        table_name,
        issue_code,
        subject_id,
        customer_id,
        '' as subscription_id,
        occurred_at,
        load_id,
        cast(1 as {{ dbt.type_bigint() }}) as row_count,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as {{ type_money_sum() }}) as mrr

    from rows_put_aside

    union all

    select
        customer_issues.table_name,
        customer_issues.issue_code,
        customer_issues.customer_id as subject_id,
        coalesce(survivors.surviving_customer_id, customer_issues.customer_id)
            as customer_id,
        '' as subscription_id,
        customer_issues.occurred_at,
        cast(null as {{ dbt.type_string() }}) as load_id,
        customer_issues.row_count,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as {{ type_money_sum() }}) as mrr

    from customer_issues
    left join survivors on customer_issues.customer_id = survivors.customer_id

    union all

    select
        'revenue_events' as table_name,
        'refund_exceeds_payment' as issue_code,
        event_id as subject_id,
        customer_id,
        '' as subscription_id,
        occurred_at,
        load_id,
        cast(1 as {{ dbt.type_bigint() }}) as row_count,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as {{ type_money_sum() }}) as mrr

    from excessive_refunds

    union all

    select
        'subscription_events' as table_name,
        issue_code,
        event_id as subject_id,
        customer_id,
        subscription_id,
        occurred_at,
        load_id,
        cast(1 as {{ dbt.type_bigint() }}) as row_count,
        currency,
        cast(mrr as {{ type_money_sum() }}) as mrr

    from subscription_issues

    union all

    select
        'subscription_events' as table_name,
        'cancellations_stopped' as issue_code,
        'cancellations' as subject_id,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        '' as subscription_id,
        last_cancelled_at as occurred_at,
        cast(null as {{ dbt.type_string() }}) as load_id,
        cast(1 as {{ dbt.type_bigint() }}) as row_count,
        {{ text_literal(setting('reporting_currency')) }} as currency,
        mrr

    from missing_cancellations

)

select * from data_quality_issues
