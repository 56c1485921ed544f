with

build_state as (

    select * from {{ source('build', 'build_state') }}
    where fingerprint = '{{ build_fingerprint() }}'

),

built_loads as (

    select * from {{ source('build', 'built_loads') }}

),

new_loads as (

    select * from {{ ref('int_new_loads') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- A load that was built and is no longer there has taken its rows with it.
missing_loads as (

    select count(*) as load_count
    from built_loads
    left join new_loads on built_loads.load_id = new_loads.load_id
    where new_loads.load_id is null

),

-- No row: the last build cannot be continued, and everything is built anew.
build_window as (

    select
        cast(build_state.as_of_date as {{ dbt.type_timestamp() }}) as known_until_at,
        as_of_date.as_of_at,
        build_state.as_of_date as known_until_date,
        as_of_date.as_of_date

    from build_state
    cross join as_of_date
    cross join missing_loads
    where
        build_state.as_of_date <= as_of_date.as_of_date
        and build_state.first_date = as_of_date.first_date
        and missing_loads.load_count = 0

)

select * from build_window
