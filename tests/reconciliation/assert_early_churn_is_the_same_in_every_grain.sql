-- A row is a basis whose weekly, monthly, quarterly and yearly cohorts, all taken
-- together, do not hold the same customers.
with

early_churn as (

    select * from {{ ref('metrics_early_churn_by_cohort') }}

),

sums as (

    select
        retention_basis,
        period_grain,
        sum(first_month_eligible_customers) as first_month_eligible_customers,
        sum(first_month_churned_customers) as first_month_churned_customers,
        sum(first_year_eligible_customers) as first_year_eligible_customers,
        sum(first_year_churned_customers) as first_year_churned_customers,
        sum(second_year_eligible_customers) as second_year_eligible_customers,
        sum(second_year_churned_customers) as second_year_churned_customers

    from early_churn
    group by
        retention_basis,
        period_grain

),

different_bases as (

    select
        retention_basis,
        count(*) as grains

    from sums
    group by retention_basis
    having
        count(*) != 4
        or min(first_month_eligible_customers) != max(first_month_eligible_customers)
        or min(first_month_churned_customers) != max(first_month_churned_customers)
        or min(first_year_eligible_customers) != max(first_year_eligible_customers)
        or min(first_year_churned_customers) != max(first_year_churned_customers)
        or min(second_year_eligible_customers) != max(second_year_eligible_customers)
        or min(second_year_churned_customers) != max(second_year_churned_customers)

)

select * from different_bases
