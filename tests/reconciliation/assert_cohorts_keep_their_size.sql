-- A row is a cohort whose size or starting MRR changes with its age, or of which an age
-- is missing.
with

cohort_retention as (

    select * from {{ ref('int_cohort_retention') }}

),

changing_cohorts as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value,
        min(cohort_customers) as least_cohort_customers,
        max(cohort_customers) as most_cohort_customers,
        count(*) as ages,
        max(period_number) as last_period_number

    from cohort_retention
    group by
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value
    having
        min(cohort_customers) != max(cohort_customers)
        or min(cohort_mrr) != max(cohort_mrr)
        or min(period_number) != 0
        or count(*) != max(period_number) + 1

)

select * from changing_cohorts
