with

exchange_rates as (

    select * from {{ ref('stg_exchange_rates') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where period_grain = 'month'

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

log_edges as (

    select * from {{ ref('int_log_edges') }}
    where log_name in ('subscription_events', 'revenue_events')

),

acquisition_costs as (

    select * from {{ ref('stg_acquisition_costs') }}

),

-- Money is spent before the first customer comes, too.
months as (

    select period_start_date as month_start_date from periods
    union distinct
    select {{ start_of_period('month', 'cost_date') }} as month_start_date
    from acquisition_costs

),

currencies as (

    select currency from exchange_rates
    union distinct
    select currency from log_edges
    union distinct
    select currency from acquisition_costs

),

numbered_rates as (

    select
        currency,
        rate_date,
        rate,
        row_number() over (
            partition by currency
            order by rate_date
        ) as rate_number

    from exchange_rates

),

-- Before the first rate the oldest one holds, even if it is not known yet.
known_rates as (

    select
        numbered_rates.currency,
        numbered_rates.rate_date,
        numbered_rates.rate,
        numbered_rates.rate_number

    from numbered_rates
    cross join as_of_date
    where
        numbered_rates.rate_date < as_of_date.as_of_date
        or numbered_rates.rate_number = 1

),

-- Twice many to many on purpose: every currency in every month, and its every rate.
rate_numbers as (

    select
        currencies.currency,
        months.month_start_date,
        {% if setting('fx_policy') == 'fixed_rate' -%}
            max(known_rates.rate_number)
        {%- else -%}
            coalesce(
                max(
                    case
                        when known_rates.rate_date <= months.month_start_date
                            then known_rates.rate_number
                    end
                ),
                1
            )
        {%- endif %} as rate_number

    from currencies
    cross join months
    left join known_rates on currencies.currency = known_rates.currency
    group by
        currencies.currency,
        months.month_start_date

),

-- An amount whose currency has no rate at all counts as nothing, and a test reports it.
monthly_rates as (

    select
        rate_numbers.currency,
        rate_numbers.month_start_date,
        cast(
            case
                when
                    rate_numbers.currency
                    = {{ text_literal(setting('reporting_currency')) }}
                    then 1
                else coalesce(known_rates.rate, 0)
            end as {{ type_exchange_rate() }}
        ) as rate,
        rate_numbers.currency != {{ text_literal(setting('reporting_currency')) }}
        and known_rates.rate is null as is_missing

    from rate_numbers
    left join known_rates
        on
            rate_numbers.currency = known_rates.currency
            and rate_numbers.rate_number = known_rates.rate_number

)

select * from monthly_rates
