with

load_files as (

    select * from {{ source('raw', 'load_files') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

finished_files as (

    select
        load_files.load_id,
        load_files.table_name,
        load_files.file_name,
        load_files.file_sha256,
        load_files.started_at,
        load_files.finished_at,
        load_files.status,
        load_files.rows_read,
        load_files.rows_loaded,
        load_files.rows_duplicate,
        load_files.rows_quarantined,
        load_files.rows_corrected,
        coalesce(load_files.rows_forgotten, 0) as rows_forgotten,
        load_files.first_occurred_at,
        load_files.last_occurred_at

    from load_files
    inner join loads on load_files.load_id = loads.load_id

)

select * from finished_files
