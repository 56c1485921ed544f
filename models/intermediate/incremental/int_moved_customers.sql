with

build_window as (

    select * from {{ ref('int_build_window') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

built_survivors as (

    select * from {{ source('build', 'built_survivors') }}

),

pairs as (

    select
        customer_id,
        surviving_customer_id,
        1 as step

    from survivors

    union all

    select
        customer_id,
        surviving_customer_id,
        -1 as step

    from built_survivors

),

-- A pair that is known only now, or only then, moves the rows of its customers.
changed_pairs as (

    select
        customer_id,
        surviving_customer_id

    from pairs
    group by
        customer_id,
        surviving_customer_id
    having sum(step) != 0

),

moved_customers as (

    select changed_pairs.customer_id
    from changed_pairs
    cross join build_window
    union distinct
    select changed_pairs.surviving_customer_id as customer_id
    from changed_pairs
    cross join build_window

)

select * from moved_customers
