{{ config(materialized='view') }}

with

staged_files as (

    select * from {{ ref('stg_load_files') }}

),

load_files as (

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

    from staged_files

)

select * from load_files
