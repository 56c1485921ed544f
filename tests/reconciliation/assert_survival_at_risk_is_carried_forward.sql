-- A row is a tenure at which more or fewer customers are at risk than were left by the
-- tenure before it.
with

survival_by_tenure as (

    select * from {{ ref('metrics_survival_by_tenure_and_segment') }}

),

neighbours as (

    select
        retention_basis,
        tenure_unit,
        segment_name,
        segment_value,
        tenure,
        at_risk,
        lag(at_risk - churned - censored) over (
            partition by
                retention_basis,
                tenure_unit,
                segment_name,
                segment_value
            order by tenure
        ) as left_before

    from survival_by_tenure

)

select
    retention_basis,
    tenure_unit,
    segment_name,
    segment_value,
    tenure,
    at_risk,
    left_before

from neighbours
where at_risk != left_before
