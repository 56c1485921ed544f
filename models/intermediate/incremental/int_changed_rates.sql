with

built_rates as (

    select * from {{ source('build', 'built_rates') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

build_window as (

    select * from {{ ref('int_build_window') }}

),

-- In a new month the open periods are worth another rate.
corrections as (

    select
        exchange_rates.currency,
        exchange_rates.rate != built_rates.rate as is_corrected,
        {{ start_of_period('month', add_days('build_window.as_of_date', -1)) }}
        != {{ start_of_period('month', add_days('build_window.known_until_date', -1)) }}
        and exchange_rates.currency
        != {{ text_literal(setting('reporting_currency')) }} as is_of_new_month

    from exchange_rates
    inner join built_rates
        on
            exchange_rates.currency = built_rates.currency
            and exchange_rates.month_start_date = built_rates.month_start_date
    cross join build_window

),

changed_rates as (

    select currency
    from corrections
    where
        is_corrected
        or is_of_new_month
    group by currency

)

select * from changed_rates
