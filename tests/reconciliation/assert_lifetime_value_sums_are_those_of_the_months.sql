-- A row is a basis whose six-month sums over everybody are not those of its last six
-- complete months in the mart of churn; or a segment whose values do not sum to them.
with

lifetime_value_by_segment as (

    select * from {{ ref('metrics_lifetime_value_by_segment') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where period_grain = 'month' and is_complete

),

numbered_months as (

    select
        *,
        row_number() over (
            partition by retention_basis
            order by period_start_date desc
        ) as months_back

    from churn_by_period

),

expected as (

    select
        retention_basis,
        sum(starting_customers) as starting_customers,
        sum(churned_customers) as churned_customers

    from numbered_months
    where months_back <= 6
    group by retention_basis

),

sums as (

    select
        retention_basis,
        segment_name,
        sum(starting_customers_6_months) as starting_customers,
        sum(churned_customers_6_months) as churned_customers

    from lifetime_value_by_segment
    group by
        retention_basis,
        segment_name

)

select
    sums.retention_basis,
    sums.segment_name,
    sums.starting_customers,
    expected.starting_customers as expected_starting_customers,
    sums.churned_customers,
    expected.churned_customers as expected_churned_customers

from sums
left join expected on sums.retention_basis = expected.retention_basis
where
    sums.starting_customers != coalesce(expected.starting_customers, 0)
    or sums.churned_customers != coalesce(expected.churned_customers, 0)
