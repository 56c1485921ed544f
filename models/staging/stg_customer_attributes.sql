{% set personal_names = setting('personal_attributes') | map('lower') | list %}

with

customer_attributes as (

    select * from {{ source('raw', 'customer_attributes') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read. What is personal stays too.
versions as (

    select
        customer_attributes.customer_id,
        customer_attributes.attribute_name,
        customer_attributes.attribute_value,
        customer_attributes.valid_from,
        row_number() over (
            partition by
                customer_attributes.customer_id,
                customer_attributes.attribute_name,
                customer_attributes.valid_from
            order by
                coalesce(
                    customer_attributes.recorded_at, customer_attributes.loaded_at
                ) desc,
                customer_attributes.load_id desc
        ) as version_number

    from customer_attributes
    inner join loads on customer_attributes.load_id = loads.load_id
    where
        lower(customer_attributes.attribute_name)
        not in ({{ text_literals(personal_names) }})

),

newest_versions as (

    select
        customer_id,
        attribute_name,
        attribute_value,
        valid_from

    from versions
    where version_number = 1

)

select * from newest_versions
