{% set next_changes -%}
    partition by retention_basis, customer_id
    order by change_number
{%- endset %}

with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where was_active != is_active

),

pairs as (

    select
        *,
        lead(changed_at) over ({{ next_changes }}) as next_changed_at,
        lead(changed_date) over ({{ next_changes }}) as next_changed_date,
        lead(change_number) over ({{ next_changes }}) as next_change_number,
        lead(churn_kind) over ({{ next_changes }}) as next_churn_kind,
        lead(reason_code) over ({{ next_changes }}) as next_reason_code

    from customer_changes

),

-- Half-open, and never null: a span that has not ended runs to the end of time.
spans as (

    select
        retention_basis,
        customer_id,
        row_number() over (
            partition by
                retention_basis,
                customer_id
            order by change_number
        ) as span_number,
        changed_at as started_at,
        changed_date as started_date,
        coalesce(next_changed_at, cast('9999-12-31' as {{ dbt.type_timestamp() }}))
            as ended_at,
        coalesce(next_changed_date, cast('9999-12-31' as date)) as ended_date,
        next_changed_at is null as is_open,
        next_change_number as ended_change_number,
        next_churn_kind as churn_kind,
        next_reason_code as reason_code

    from pairs
    where is_active

)

select * from spans
