-- A row is a currency that prices or payments use and exchange_rates does not know: all
-- its amounts count as nothing. Add a rate to exchange_rates and load it.
with

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

missing_currencies as (

    select
        currency,
        min(month_start_date) as first_month_start_date,
        'no exchange rate: its amounts count as nothing' as message

    from exchange_rates
    where is_missing
    group by currency

)

select * from missing_currencies
