with

steps as (

    select * from {{ ref('int_cohort_mrr_steps') }}

),

cohort_ages as (

    select * from {{ ref('int_cohort_ages') }}

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

-- Many to many on purpose: every age of a cohort in each of its currencies.
running as (

    select
        currencies.period_grain,
        currencies.cohort_start_date,
        currencies.segment_name,
        currencies.segment_value,
        cohort_ages.period_start_date,
        cohort_ages.rate_month_start_date,
        currencies.currency,
        sum(coalesce(steps.mrr_step, 0)) over (
            partition by
                currencies.period_grain,
                currencies.cohort_start_date,
                currencies.segment_name,
                currencies.segment_value,
                currencies.currency
            order by cohort_ages.period_start_date
            rows between unbounded preceding and current row
        ) as mrr_in_currency

    from currencies
    inner join cohort_ages
        on
            currencies.period_grain = cohort_ages.period_grain
            and currencies.cohort_start_date = cohort_ages.cohort_start_date
    left join steps
        on
            currencies.period_grain = steps.period_grain
            and currencies.cohort_start_date = steps.cohort_start_date
            and currencies.segment_name = steps.segment_name
            and currencies.segment_value = steps.segment_value
            and currencies.currency = steps.currency
            and cohort_ages.period_start_date = steps.period_start_date

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
