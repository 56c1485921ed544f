-- A row is a period and benchmark whose range, turned back into the length of the
-- source by logarithms, is not that of the seed, or whose rate the churn mart lacks.
with

industry_benchmarks as (

    select * from {{ ref('industry_benchmarks') }}

),

benchmark_comparison as (

    select * from {{ ref('metrics_benchmark_comparison_by_period') }}
    where period_grain in ('month', 'quarter', 'year')

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where retention_basis = 'subscription'

),

-- Of those who are there, the share that stays; a logarithm needs more than nobody.
staying as (

    select
        benchmark_comparison.period_grain,
        benchmark_comparison.period_start_date,
        benchmark_comparison.metric_name,
        benchmark_comparison.benchmark_id,
        benchmark_comparison.actual_rate,
        industry_benchmarks.period_months,
        case benchmark_comparison.period_grain
            when 'month' then 1
            when 'quarter' then 3
            else 12
        end as grain_months,
        case
            when industry_benchmarks.is_higher_better
                then benchmark_comparison.benchmark_low
            else 1 - benchmark_comparison.benchmark_high
        end as least_staying,
        case
            when industry_benchmarks.is_higher_better
                then industry_benchmarks.low_value
            else 1 - industry_benchmarks.high_value
        end as least_staying_of_source

    from benchmark_comparison
    inner join industry_benchmarks
        on benchmark_comparison.benchmark_id = industry_benchmarks.benchmark_id

),

differences as (

    select
        staying.period_grain,
        staying.period_start_date,
        staying.benchmark_id,
        staying.least_staying,
        staying.least_staying_of_source,
        staying.actual_rate,
        churn_by_period.customer_churn_rate

    from staying
    left join churn_by_period
        on
            staying.period_grain = churn_by_period.period_grain
            and staying.period_start_date = churn_by_period.period_start_date
    where
        (
            staying.least_staying > 0
            and staying.least_staying_of_source > 0
            and abs(
                ln(cast(staying.least_staying as {{ type_rate() }}))
                * staying.period_months
                - ln(cast(staying.least_staying_of_source as {{ type_rate() }}))
                * staying.grain_months
            ) > 0.000001
        )
        or (staying.least_staying > 0) != (staying.least_staying_of_source > 0)
        or (
            staying.metric_name = 'customer_churn_rate'
            and coalesce(staying.actual_rate, -1)
            != coalesce(churn_by_period.customer_churn_rate, -1)
        )

)

select * from differences
