with

survival_curves as (

    select * from {{ ref('int_survival_curves') }}
    where period_grain = 'all' and segment_name != 'all'

),

survival_by_tenure_and_segment as (

    select
        retention_basis,
        tenure_unit,
        tenure,
        segment_name,
        segment_value,
        at_risk,
        churned,
        censored,
        survival_rate,
        survival_rate_low,
        survival_rate_high,
        standard_error,
        hazard_rate,
        is_small_sample

    from survival_curves

)

select * from survival_by_tenure_and_segment
