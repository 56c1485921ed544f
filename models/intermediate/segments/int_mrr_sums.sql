with

mrr_flows as (

    select * from {{ ref('int_mrr_flows') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where retention_basis = 'subscription'

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

segments as (

    select
        segment_name,
        segment_value,
        currency

    from mrr_flows
    group by
        segment_name,
        segment_value,
        currency

),

-- Many to many on purpose: a sum in each currency for every segment and period.
running as (

    select
        basis_periods.period_grain,
        basis_periods.period_start_date,
        basis_periods.rate_month_start_date,
        segments.segment_name,
        segments.segment_value,
        segments.currency,
        sum(coalesce(mrr_flows.mrr_step_in_currency, 0)) over (
            partition by
                basis_periods.period_grain,
                segments.segment_name,
                segments.segment_value,
                segments.currency
            order by basis_periods.period_start_date
            rows between unbounded preceding and current row
        ) as ending_mrr_in_currency,
        coalesce(mrr_flows.new_mrr, 0) as new_mrr,
        coalesce(mrr_flows.reactivation_mrr, 0) as reactivation_mrr,
        coalesce(mrr_flows.expansion_mrr, 0) as expansion_mrr,
        coalesce(mrr_flows.contraction_mrr, 0) as contraction_mrr,
        coalesce(mrr_flows.churned_mrr, 0) as churned_mrr,
        coalesce(mrr_flows.entering_mrr, 0) as entering_mrr,
        coalesce(mrr_flows.leaving_mrr, 0) as leaving_mrr

    from basis_periods
    cross join segments
    left join mrr_flows
        on
            basis_periods.period_grain = mrr_flows.period_grain
            and basis_periods.period_start_date = mrr_flows.period_start_date
            and segments.segment_name = mrr_flows.segment_name
            and segments.segment_value = mrr_flows.segment_value
            and segments.currency = mrr_flows.currency

),

sums as (

    select
        running.period_grain,
        running.period_start_date,
        running.segment_name,
        running.segment_value,
        sum(running.new_mrr) as new_mrr,
        sum(running.reactivation_mrr) as reactivation_mrr,
        sum(running.expansion_mrr) as expansion_mrr,
        sum(running.contraction_mrr) as contraction_mrr,
        sum(running.churned_mrr) as churned_mrr,
        sum(running.entering_mrr) as entering_mrr,
        sum(running.leaving_mrr) as leaving_mrr,
        sum(
            {{ in_reporting_currency(
                'running.ending_mrr_in_currency', 'exchange_rates.rate'
            ) }}
        ) as ending_mrr

    from running
    inner join exchange_rates
        on
            running.currency = exchange_rates.currency
            and running.rate_month_start_date = exchange_rates.month_start_date
    group by
        running.period_grain,
        running.period_start_date,
        running.segment_name,
        running.segment_value

),

-- Before the first period nobody paid anything.
mrr_sums as (

    select
        *,
        coalesce(
            lag(ending_mrr) over (
                partition by
                    period_grain,
                    segment_name,
                    segment_value
                order by period_start_date
            ),
            0
        ) as starting_mrr

    from sums

)

select * from mrr_sums
