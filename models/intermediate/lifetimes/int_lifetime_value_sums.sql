with

survival_curves as (

    select * from {{ ref('int_survival_curves') }}
    where period_grain = 'all' and tenure_unit = 'month' and tenure = 0

),

recent_months as (

    select * from {{ ref('int_recent_months') }}

),

recent_customers as (

    select * from {{ ref('int_recent_customers') }}

),

recent_revenue as (

    select * from {{ ref('int_recent_revenue') }}

),

restricted_lifetimes as (

    select * from {{ ref('int_restricted_lifetimes') }}
    where
        period_grain = 'all'
        and horizon_months = {{ setting('lifetime_horizon_months') }}

),

acquisition_sums as (

    select * from {{ ref('int_acquisition_sums') }}

),

complete_months as (

    select
        retention_basis,
        max(complete_months) as complete_months

    from recent_months
    group by retention_basis

),

lifetime_value_sums as (

    select
        survival_curves.retention_basis,
        survival_curves.segment_name,
        survival_curves.segment_value,
        cast({{ setting('lifetime_horizon_months') }} as {{ dbt.type_bigint() }})
            as horizon_months,
        survival_curves.at_risk as customers,
        coalesce(complete_months.complete_months, 0) as complete_months,
        coalesce(recent_customers.starting_customers, 0) as starting_customers,
        coalesce(recent_customers.churned_customers, 0) as churned_customers,
        case survival_curves.retention_basis
            when 'subscription' then recent_customers.ending_customers
            when 'purchase' then recent_customers.starting_customers
        end as paying_customers,
        coalesce(recent_revenue.revenue_amount, 0) as revenue_amount,
        restricted_lifetimes.restricted_mean_months,
        restricted_lifetimes.discounted_mean_months,
        acquisition_sums.acquisition_cost_amount,
        acquisition_sums.acquired_customers

    from survival_curves
    left join complete_months
        on survival_curves.retention_basis = complete_months.retention_basis
    left join recent_customers
        on
            survival_curves.retention_basis = recent_customers.retention_basis
            and survival_curves.segment_name = recent_customers.segment_name
            and survival_curves.segment_value = recent_customers.segment_value
    left join recent_revenue
        on
            survival_curves.retention_basis = recent_revenue.retention_basis
            and survival_curves.segment_name = recent_revenue.segment_name
            and survival_curves.segment_value = recent_revenue.segment_value
    left join restricted_lifetimes
        on
            survival_curves.retention_basis = restricted_lifetimes.retention_basis
            and survival_curves.segment_name = restricted_lifetimes.segment_name
            and survival_curves.segment_value = restricted_lifetimes.segment_value
    left join acquisition_sums
        on
            survival_curves.retention_basis = acquisition_sums.retention_basis
            and survival_curves.segment_name = acquisition_sums.segment_name
            and survival_curves.segment_value = acquisition_sums.segment_value

)

select * from lifetime_value_sums
