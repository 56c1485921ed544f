with

quarantine as (

    select * from {{ source('raw', 'quarantine') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- The text of the rows stays in raw: it may hold personal data.
quarantined_rows as (

    select
        quarantine.load_id,
        quarantine.table_name,
        quarantine.file_name,
        quarantine.line_number,
        quarantine.reason_code,
        quarantine.customer_id,
        quarantine.occurred_at

    from quarantine
    inner join loads on quarantine.load_id = loads.load_id

)

select * from quarantined_rows
