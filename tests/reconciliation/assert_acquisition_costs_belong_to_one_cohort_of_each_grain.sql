-- A row is a basis and grain whose cohorts together cost another amount than was spent,
-- up to as_of_date, in the periods in which somebody became a customer.
with

lifetime_value_by_cohort as (

    select * from {{ ref('metrics_lifetime_value_by_cohort') }}
    where period_number = 0

),

acquisition_costs as (

    select * from {{ ref('int_acquisition_costs') }}

),


cohort_costs as (

    select
        retention_basis,
        period_grain,
        sum(acquisition_cost_amount) as cost_amount,
        count(*) as cohorts

    from lifetime_value_by_cohort
    group by
        retention_basis,
        period_grain

),

-- Many to many on purpose: a day of costs is looked up in the cohorts of every grain.
spent as (

    select
        lifetime_value_by_cohort.retention_basis,
        lifetime_value_by_cohort.period_grain,
        sum(acquisition_costs.cost_amount) as cost_amount

    from acquisition_costs
    cross join lifetime_value_by_cohort
    where
        case lifetime_value_by_cohort.period_grain
            when 'week'
                then {{ start_of_period('week', 'acquisition_costs.cost_date') }}
            when 'month' then acquisition_costs.cost_month_start_date
            when 'quarter'
                then {{ start_of_period('quarter', 'acquisition_costs.cost_date') }}
            else {{ start_of_period('year', 'acquisition_costs.cost_date') }}
        end = lifetime_value_by_cohort.cohort_start_date
    group by
        lifetime_value_by_cohort.retention_basis,
        lifetime_value_by_cohort.period_grain

)

select
    cohort_costs.retention_basis,
    cohort_costs.period_grain,
    cohort_costs.cost_amount,
    spent.cost_amount as expected_cost_amount

from cohort_costs
left join spent
    on
        cohort_costs.retention_basis = spent.retention_basis
        and cohort_costs.period_grain = spent.period_grain
where
    abs(coalesce(cohort_costs.cost_amount, 0) - coalesce(spent.cost_amount, 0))
    > 0.0001 * cohort_costs.cohorts
