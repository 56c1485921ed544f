with

acquisition_costs as (

    select * from {{ ref('stg_acquisition_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

known_costs as (

    select
        acquisition_costs.cost_date,
        {{ start_of_period('month', 'acquisition_costs.cost_date') }}
            as cost_month_start_date,
        acquisition_costs.acquisition_channel,
        acquisition_costs.currency,
        acquisition_costs.amount

    from acquisition_costs
    cross join as_of_date
    where acquisition_costs.cost_date < as_of_date.as_of_date

),

-- Money is worth the rate of the month in which it is spent, as a payment is.
costs_by_day as (

    select
        known_costs.cost_date,
        known_costs.cost_month_start_date,
        known_costs.acquisition_channel,
        sum({{ in_reporting_currency('known_costs.amount', 'exchange_rates.rate') }})
            as cost_amount

    from known_costs
    inner join exchange_rates
        on
            known_costs.currency = exchange_rates.currency
            and known_costs.cost_month_start_date = exchange_rates.month_start_date
    group by
        known_costs.cost_date,
        known_costs.cost_month_start_date,
        known_costs.acquisition_channel

)

select * from costs_by_day
