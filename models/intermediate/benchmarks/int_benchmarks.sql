with

industry_benchmarks as (

    select * from {{ ref('industry_benchmarks') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

-- Months in a period as a fraction: a day is 12 / 365.25 of a month, a week 12 / 52.
grains as (

    select
        period_grain,
        case period_grain
            when 'day' then {{ safe_ratio('1200', '36525') }}
            when 'week' then {{ safe_ratio('12', '52') }}
            when 'month' then 1
            when 'quarter' then 3
            else 12
        end as grain_months

    from period_days
    group by period_grain

),

-- Many to many on purpose: every benchmark for every grain.
benchmarks_by_grain as (

    select
        industry_benchmarks.benchmark_id,
        grains.period_grain,
        industry_benchmarks.metric_name,
        industry_benchmarks.industry,
        industry_benchmarks.source,
        cast(industry_benchmarks.source_year as {{ dbt.type_bigint() }}) as source_year,
        industry_benchmarks.is_higher_better,
        cast(industry_benchmarks.low_value as {{ type_rate() }}) as low_value,
        cast(industry_benchmarks.high_value as {{ type_rate() }}) as high_value,
        grains.grain_months
        / cast(industry_benchmarks.period_months as {{ type_rate() }}) as lengths

    from industry_benchmarks
    cross join grains

),

-- Who stays through two periods stays in each: retention multiplies, churn does not.
benchmarks as (

    select
        benchmark_id,
        period_grain,
        metric_name,
        industry,
        source,
        source_year,
        is_higher_better,
        case
            when lengths = 1 then low_value
            when is_higher_better then power(low_value, lengths)
            else 1 - power(1 - low_value, lengths)
        end as benchmark_low,
        case
            when lengths = 1 then high_value
            when is_higher_better then power(high_value, lengths)
            else 1 - power(1 - high_value, lengths)
        end as benchmark_high

    from benchmarks_by_grain

)

select * from benchmarks
