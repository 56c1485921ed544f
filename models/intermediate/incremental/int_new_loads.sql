with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

built_loads as (

    select * from {{ source('build', 'built_loads') }}

),

new_loads as (

    select
        loads.load_id,
        built_loads.load_id is null as is_new

    from loads
    left join built_loads on loads.load_id = built_loads.load_id

)

select * from new_loads
