with

customers as (

    select * from {{ source('raw', 'customers') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        customers.customer_id,
        customers.signed_up_at,
        customers.acquisition_channel,
        customers.country,
        customers.merged_into_customer_id,
        row_number() over (
            partition by
                customers.customer_id
            order by
                coalesce(customers.recorded_at, customers.loaded_at) desc,
                customers.load_id desc
        ) as version_number

    from customers
    inner join loads on customers.load_id = loads.load_id

),

newest_versions as (

    select
        customer_id,
        signed_up_at,
        acquisition_channel,
        country,
        merged_into_customer_id

    from versions
    where version_number = 1

)

select * from newest_versions
