{% set doublings = range(1, 11) %}

with

customers as (

    select * from {{ ref('stg_customers') }}

),

links_0 as (

    select
        customer_id,
        merged_into_customer_id as survivor_id

    from customers
    where merged_into_customer_id is not null

),

-- Each doubling follows every pointer twice as far: ten of them reach 1,024 links.
{% for doubling in doublings %}

    links_{{ doubling }} as (

        {{ follow_links('links_' ~ (doubling - 1)) }}

    ),

{% endfor %}

-- A pointer that has not come to rest runs in a circle, or down too long a chain.
survivors as (

    select
        links_10.customer_id,
        case
            when onward.customer_id is null then links_10.survivor_id
            else links_10.customer_id
        end as surviving_customer_id,
        onward.customer_id is not null as is_refused

    from links_10
    left join links_0 as onward on links_10.survivor_id = onward.customer_id

)

select * from survivors
