with

customer_attributes as (

    select * from {{ ref('int_customer_attributes') }}

),

dim_customer_attributes as (

    select
        customer_id,
        attribute_name,
        valid_from,
        attribute_value,
        next_valid_from

    from customer_attributes

)

select * from dim_customer_attributes
