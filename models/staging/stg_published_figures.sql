with

published_figures as (

    select * from {{ source('raw', 'published_figures') }}

),

figures as (

    select
        published_at,
        load_id,
        mart_name,
        row_key,
        column_name,
        value

    from published_figures

)

select * from figures
