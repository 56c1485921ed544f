{#- Where each rate that a benchmark may name is found: import and expression. -#}
{% set rates = {
    'customer_churn_rate': ['subscription_churn', 'customer_churn_rate'],
    'customer_retention_rate': ['subscription_churn', 'customer_retention_rate'],
    'voluntary_customer_churn_rate': ['subscription_churn',
        safe_ratio('voluntary_churned_customers', 'starting_customers')],
    'involuntary_customer_churn_rate': ['subscription_churn',
        safe_ratio('involuntary_churned_customers', 'starting_customers')],
    'purchase_customer_churn_rate': ['purchase_churn', 'customer_churn_rate'],
    'purchase_customer_retention_rate': ['purchase_churn', 'customer_retention_rate'],
    'activity_customer_churn_rate': ['activity_churn', 'customer_churn_rate'],
    'activity_customer_retention_rate': ['activity_churn', 'customer_retention_rate'],
    'gross_revenue_churn_rate': ['mrr_by_period', 'gross_revenue_churn_rate'],
    'gross_revenue_retention_rate': ['mrr_by_period', 'gross_revenue_retention_rate'],
    'net_revenue_churn_rate': ['mrr_by_period', 'net_revenue_churn_rate'],
    'net_revenue_retention_rate': ['mrr_by_period', 'net_revenue_retention_rate'],
} %}

with

benchmarks as (

    select * from {{ ref('int_benchmarks') }}

),

subscription_churn as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where retention_basis = 'subscription'

),

purchase_churn as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where retention_basis = 'purchase'

),

activity_churn as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where retention_basis = 'activity'

),

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

actual_rates as (

    {% for metric_name, place in rates.items() %}

        select
            period_grain,
            period_start_date,
            next_period_start_date,
            is_complete,
            '{{ metric_name }}' as metric_name,
            {{ place[1] }} as actual_rate

        from {{ place[0] }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

-- Many to many on purpose: every benchmark of a rate in every period of it.
benchmark_comparison_by_period as (

    select
        actual_rates.period_grain,
        actual_rates.period_start_date,
        actual_rates.next_period_start_date,
        actual_rates.is_complete,
        actual_rates.metric_name,
        benchmarks.benchmark_id,
        benchmarks.industry,
        benchmarks.source,
        benchmarks.source_year,
        benchmarks.benchmark_low,
        benchmarks.benchmark_high,
        actual_rates.actual_rate,
        case
            when not actual_rates.is_complete or actual_rates.actual_rate is null
                then null
            when
                actual_rates.actual_rate
                between benchmarks.benchmark_low and benchmarks.benchmark_high
                then 'within'
            when
                (actual_rates.actual_rate > benchmarks.benchmark_high)
                = benchmarks.is_higher_better
                then 'better'
            else 'worse'
        end as rating

    from actual_rates
    inner join benchmarks
        on
            actual_rates.metric_name = benchmarks.metric_name
            and actual_rates.period_grain = benchmarks.period_grain

)

select * from benchmark_comparison_by_period
