-- A row is a basis and grain (all is one of them) whose cohorts together are not the
-- customers of the survival curve in months, did not lose as many, or were watched for
-- another longest time.
with

customer_lifetime_by_cohort as (

    select * from {{ ref('metrics_customer_lifetime_by_cohort') }}

),

survival_by_tenure as (

    select * from {{ ref('metrics_survival_by_tenure') }}
    where tenure_unit = 'month'

),

cohorts as (

    select
        retention_basis,
        period_grain,
        sum(cohort_customers) as cohort_customers,
        sum(churned_customers) as churned_customers,
        max(longest_observed_months) as longest_observed_months

    from customer_lifetime_by_cohort
    group by
        retention_basis,
        period_grain

),

curves as (

    select
        retention_basis,
        sum(churned + censored) as cohort_customers,
        sum(churned) as churned_customers,
        max(tenure) as longest_observed_months

    from survival_by_tenure
    group by retention_basis

)

select
    cohorts.retention_basis,
    cohorts.period_grain,
    cohorts.cohort_customers,
    curves.cohort_customers as expected_customers,
    cohorts.churned_customers,
    curves.churned_customers as expected_churned_customers

from cohorts
left join curves on cohorts.retention_basis = curves.retention_basis
where
    curves.cohort_customers is null
    or cohorts.cohort_customers != curves.cohort_customers
    or cohorts.churned_customers != curves.churned_customers
    or cohorts.longest_observed_months != curves.longest_observed_months
