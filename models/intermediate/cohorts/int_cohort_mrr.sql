with

steps as (

    select * from {{ ref('int_cohort_mrr_steps') }}

),

cohort_cells as (

    select * from {{ ref('int_cohort_cells') }}
    where retention_basis = 'subscription'

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

currencies as (

    select
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value,
        currency

    from steps
    group by
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value,
        currency

),

-- Many to many on purpose: a cohort's cells in each of its currencies.
running as (

    select
        cohort_cells.period_grain,
        cohort_cells.cohort_start_date,
        cohort_cells.segment_name,
        cohort_cells.segment_value,
        cohort_cells.period_start_date,
        cohort_cells.rate_month_start_date,
        currencies.currency,
        sum(coalesce(steps.mrr_step, 0)) over (
            partition by
                cohort_cells.period_grain,
                cohort_cells.cohort_start_date,
                cohort_cells.segment_name,
                cohort_cells.segment_value,
                currencies.currency
            order by cohort_cells.period_start_date
            rows between unbounded preceding and current row
        ) as mrr_in_currency

    from cohort_cells
    inner join currencies
        on
            cohort_cells.period_grain = currencies.period_grain
            and cohort_cells.cohort_start_date = currencies.cohort_start_date
            and cohort_cells.segment_name = currencies.segment_name
            and cohort_cells.segment_value = currencies.segment_value
    left join steps
        on
            cohort_cells.period_grain = steps.period_grain
            and cohort_cells.cohort_start_date = steps.cohort_start_date
            and cohort_cells.segment_name = steps.segment_name
            and cohort_cells.segment_value = steps.segment_value
            and cohort_cells.period_start_date = steps.period_start_date
            and currencies.currency = steps.currency

),

cohort_mrr as (

    select
        'subscription' as retention_basis,
        running.period_grain,
        running.cohort_start_date,
        running.segment_name,
        running.segment_value,
        running.period_start_date,
        sum(
            {{ in_reporting_currency(
                'running.mrr_in_currency', 'exchange_rates.rate'
            ) }}
        ) as retained_mrr

    from running
    inner join exchange_rates
        on
            running.currency = exchange_rates.currency
            and running.rate_month_start_date = exchange_rates.month_start_date
    group by
        running.period_grain,
        running.cohort_start_date,
        running.segment_name,
        running.segment_value,
        running.period_start_date

)

select * from cohort_mrr
