with

load_files as (

    select * from {{ ref('int_load_files') }}

),

loads as (

    select
        load_id,
        table_name,
        file_name,
        file_sha256,
        started_at,
        finished_at,
        status,
        rows_read,
        rows_loaded,
        rows_duplicate,
        rows_quarantined,
        rows_corrected,
        rows_forgotten,
        first_occurred_at,
        last_occurred_at

    from load_files

)

select * from loads
