-- A row is a basis and unit whose curve lost or invented customers: it starts with all
-- who ever were customers, and ends as many lives as there are customers with a churn.
with

survival_by_tenure as (

    select * from {{ ref('metrics_survival_by_tenure') }}

),

churns as (

    select * from {{ ref('fct_churns') }}

),

retention_by_cohort as (

    select * from {{ ref('metrics_retention_by_cohort') }}
    where period_grain = 'year' and period_number = 0

),

curves as (

    select
        retention_basis,
        tenure_unit,
        max(case when tenure = 0 then at_risk end) as customers,
        sum(churned) as churned_customers,
        sum(churned + censored) as followed_customers

    from survival_by_tenure
    group by
        retention_basis,
        tenure_unit

),

customers as (

    select
        retention_basis,
        sum(cohort_customers) as customers

    from retention_by_cohort
    group by retention_basis

),

customers_with_churn as (

    select
        retention_basis,
        count(distinct customer_id) as churned_customers

    from churns
    group by retention_basis

)

select
    curves.*,
    customers.customers as expected_customers,
    customers_with_churn.churned_customers as expected_churned_customers

from curves
left join customers on curves.retention_basis = customers.retention_basis
left join customers_with_churn
    on curves.retention_basis = customers_with_churn.retention_basis
where
    curves.customers != coalesce(customers.customers, 0)
    or curves.followed_customers != curves.customers
    or curves.churned_customers != coalesce(customers_with_churn.churned_customers, 0)
