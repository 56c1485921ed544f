with

exchange_rates as (

    select * from {{ source('raw', 'exchange_rates') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        exchange_rates.rate_date,
        exchange_rates.currency,
        exchange_rates.rate,
        row_number() over (
            partition by
                exchange_rates.rate_date,
                exchange_rates.currency
            order by
                coalesce(exchange_rates.recorded_at, exchange_rates.loaded_at) desc,
                exchange_rates.load_id desc
        ) as version_number

    from exchange_rates
    inner join loads on exchange_rates.load_id = loads.load_id

),

newest_versions as (

    select
        rate_date,
        currency,
        rate

    from versions
    where version_number = 1

)

select * from newest_versions
