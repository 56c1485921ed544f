with

cohort_retention as (

    select * from {{ ref('int_cohort_retention') }}
    where segment_name = 'all'

),

retention_by_cohort as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        period_number,
        is_complete,
        cohort_customers,
        retained_customers,
        retention_rate,
        retention_rate_low,
        retention_rate_high,
        returning_customers,
        return_rate,
        return_rate_low,
        return_rate_high,
        cohort_mrr,
        retained_mrr,
        revenue_retention_rate,
        cohort_revenue,
        cumulative_revenue,
        is_small_sample

    from cohort_retention

)

select * from retention_by_cohort
