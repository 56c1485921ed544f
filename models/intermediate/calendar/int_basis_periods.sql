with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where change_number = 1

),

periods as (

    select * from {{ ref('int_periods') }}

),

first_activations as (

    select
        retention_basis,
        min(changed_date) as first_active_date

    from customer_changes
    group by retention_basis

),

-- Many to many on purpose: every basis goes through every period since it began.
basis_periods as (

    select
        first_activations.retention_basis,
        periods.period_grain,
        periods.period_start_date,
        periods.next_period_start_date,
        periods.is_complete,
        periods.period_index,
        periods.ending_date,
        periods.rate_month_start_date

    from periods
    cross join first_activations
    where periods.next_period_start_date > first_activations.first_active_date

)

select * from basis_periods
