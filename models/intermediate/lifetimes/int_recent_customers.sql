with

recent_months as (

    select * from {{ ref('int_recent_months') }}

),

cohort_customers as (

    select * from {{ ref('int_cohort_customers') }}
    where period_grain = 'month'

),

steps as (

    select
        retention_basis,
        segment_name,
        segment_value,
        period_start_date,
        sum(retained_step) as retained_step,
        sum(churned_customers) as churned_customers

    from cohort_customers
    group by
        retention_basis,
        segment_name,
        segment_value,
        period_start_date

),

-- Many to many on purpose: who is there in a month is the sum of all steps so far.
recent_customers as (

    select
        steps.retention_basis,
        steps.segment_name,
        steps.segment_value,
        sum(
            case
                when steps.period_start_date < recent_months.period_start_date
                    then steps.retained_step
                else 0
            end
        ) as starting_customers,
        sum(
            case
                when steps.period_start_date = recent_months.period_start_date
                    then steps.churned_customers
                else 0
            end
        ) as churned_customers,
        sum(steps.retained_step) as ending_customers

    from steps
    inner join recent_months on steps.retention_basis = recent_months.retention_basis
    where steps.period_start_date <= recent_months.period_start_date
    group by
        steps.retention_basis,
        steps.segment_name,
        steps.segment_value

)

select * from recent_customers
