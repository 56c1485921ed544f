-- A row is a period in which a method's numerator is not what the counts of the period
-- mart make of it.
with

methods as (

    select * from {{ ref('metrics_customer_churn_by_period_and_method') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}

),

numerators as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        max(case when method = 'standard' then numerator end) as standard_numerator,
        max(case when method = 'start_plus_new' then numerator end)
            as start_plus_new_numerator,
        max(case when method = 'exclude_same_period' then numerator end)
            as exclude_same_period_numerator,
        max(case when method = 'trailing' then numerator end) as trailing_numerator,
        max(case when method = 'naive_formula' then numerator end)
            as naive_formula_numerator,
        max(case when method = 'start_plus_new' then denominator end)
            as start_plus_new_denominator,
        max(case when method = 'standard' then denominator end) as denominator

    from methods
    group by
        retention_basis,
        period_grain,
        period_start_date

),

-- Who joined or returned, left, and came back once more is active at the end: only
-- `trailing` may be larger than the counts say.
differences as (

    select numerators.*
    from churn_by_period
    left join numerators
        on
            churn_by_period.retention_basis = numerators.retention_basis
            and churn_by_period.period_grain = numerators.period_grain
            and churn_by_period.period_start_date = numerators.period_start_date
    where
        numerators.standard_numerator is null
        or numerators.standard_numerator != churn_by_period.churned_customers
        or numerators.denominator != churn_by_period.starting_customers
        or numerators.start_plus_new_numerator != numerators.trailing_numerator
        or numerators.exclude_same_period_numerator
        != churn_by_period.churned_customers
        + churn_by_period.churned_and_reactivated_customers
        or numerators.trailing_numerator
        < numerators.exclude_same_period_numerator
        + churn_by_period.joined_and_churned_customers
        + churn_by_period.reactivated_and_churned_customers
        or numerators.start_plus_new_denominator
        != churn_by_period.starting_customers
        + churn_by_period.new_customers
        + churn_by_period.reactivated_customers
        + churn_by_period.joined_and_churned_customers
        + churn_by_period.reactivated_and_churned_customers
        or numerators.naive_formula_numerator
        != churn_by_period.starting_customers
        - churn_by_period.ending_customers
        + churn_by_period.new_customers
        + churn_by_period.joined_and_churned_customers

)

select * from differences
