-- A row is a load and table of which more rows are issues of loading than fct_loads
-- counts as quarantined. Fewer are no fault: those of a forgotten person are gone.
with

issues as (

    select * from {{ ref('fct_data_quality_issues') }}
    where subject_id like '%/%:%'

),

loads as (

    select * from {{ ref('fct_loads') }}

),

quarantined_rows as (

    select
        load_id,
        table_name,
        sum(rows_quarantined) as rows_quarantined

    from loads
    group by
        load_id,
        table_name

),

issue_rows as (

    select
        load_id,
        table_name,
        count(*) as issue_count

    from issues
    where load_id is not null
    group by
        load_id,
        table_name

),

differences as (

    select
        issue_rows.load_id,
        issue_rows.table_name,
        issue_rows.issue_count,
        quarantined_rows.rows_quarantined

    from issue_rows
    left join quarantined_rows
        on
            issue_rows.load_id = quarantined_rows.load_id
            and issue_rows.table_name = quarantined_rows.table_name
    where issue_rows.issue_count > coalesce(quarantined_rows.rows_quarantined, 0)

)

select * from differences
