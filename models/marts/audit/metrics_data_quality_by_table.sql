with

issues as (

    select * from {{ ref('fct_data_quality_issues') }}

),

issue_codes as (

    select * from {{ ref('int_issue_codes') }}

),

totals as (

    select
        table_name,
        issue_code,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count,
        count(distinct customer_id) as customer_count,
        cast(sum(mrr_at_stake) as {{ type_money_sum() }}) as mrr_at_stake

    from issues
    group by
        table_name,
        issue_code

),

-- A reason that only the loader of somebody else knows is shown without a text.
described_totals as (

    select
        totals.table_name,
        totals.issue_code,
        coalesce(issue_codes.description, 'Not described') as issue_description,
        coalesce(issue_codes.severity, 'error') as severity,
        totals.row_count,
        totals.customer_count,
        totals.mrr_at_stake

    from totals
    left join issue_codes on totals.issue_code = issue_codes.issue_code

)

select * from described_totals
