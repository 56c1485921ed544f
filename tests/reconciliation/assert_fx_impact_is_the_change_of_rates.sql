-- A row is a period whose fx_impact_mrr is not its starting MRR in each currency times
-- the change of that currency's rate over the period. The tolerance is that of the nine
-- rounded amounts whose remainder it is; where only the reporting currency exists it
-- must be 0.
with

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

steps as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        customer_mrr.currency,
        sum(customer_mrr.mrr_after - customer_mrr.mrr_before) as mrr_step

    from customer_mrr
    inner join period_days on customer_mrr.changed_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        customer_mrr.currency

),

currencies as (

    select currency
    from steps
    group by currency

),

-- Many to many on purpose: every currency in every period.
running as (

    select
        periods.period_grain,
        periods.period_start_date,
        periods.rate_month_start_date,
        currencies.currency,
        coalesce(
            sum(steps.mrr_step) over (
                partition by
                    periods.period_grain,
                    currencies.currency
                order by periods.period_start_date
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as starting_mrr_in_currency,
        lag(periods.rate_month_start_date, 1, periods.rate_month_start_date) over (
            partition by
                periods.period_grain,
                currencies.currency
            order by periods.period_start_date
        ) as previous_rate_month_start_date

    from periods
    cross join currencies
    left join steps
        on
            periods.period_grain = steps.period_grain
            and periods.period_start_date = steps.period_start_date
            and currencies.currency = steps.currency

),

revalued as (

    select
        running.period_grain,
        running.period_start_date,
        sum(
            {{ in_reporting_currency(
                'running.starting_mrr_in_currency',
                '(ending_rates.rate - starting_rates.rate)'
            ) }}
        ) as fx_impact_mrr

    from running
    inner join exchange_rates as ending_rates
        on
            running.currency = ending_rates.currency
            and running.rate_month_start_date = ending_rates.month_start_date
    inner join exchange_rates as starting_rates
        on
            running.currency = starting_rates.currency
            and running.previous_rate_month_start_date = starting_rates.month_start_date
    group by
        running.period_grain,
        running.period_start_date

),

tolerances as (

    select
        max(
            case
                when currency = {{ text_literal(setting('reporting_currency')) }} then 0
                else 0.0005
            end
        ) as tolerance

    from currencies

),

differences as (

    select
        mrr_by_period.period_grain,
        mrr_by_period.period_start_date,
        mrr_by_period.fx_impact_mrr,
        revalued.fx_impact_mrr as expected_fx_impact_mrr

    from mrr_by_period
    cross join tolerances
    left join revalued
        on
            mrr_by_period.period_grain = revalued.period_grain
            and mrr_by_period.period_start_date = revalued.period_start_date
    where
        abs(mrr_by_period.fx_impact_mrr - coalesce(revalued.fx_impact_mrr, 0))
        > coalesce(tolerances.tolerance, 0)

)

select * from differences
