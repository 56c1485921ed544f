-- A row is a tenure whose band is not the log-log one: ln(-ln(survival)) plus or minus
-- 1.96 of its standard errors, which is standard_error / (survival * -ln(survival)).
with

survival_by_tenure as (

    select * from {{ ref('metrics_survival_by_tenure') }}
    where survival_rate > 0 and survival_rate < 1

),

distances as (

    select
        retention_basis,
        tenure_unit,
        tenure,
        survival_rate,
        1.959963984540054 * standard_error
        / (survival_rate * abs(ln(survival_rate))) as expected_distance,
        ln(abs(ln(survival_rate_low))) - ln(abs(ln(survival_rate))) as distance_low,
        ln(abs(ln(survival_rate))) - ln(abs(ln(survival_rate_high))) as distance_high

    from survival_by_tenure

)

select
    retention_basis,
    tenure_unit,
    tenure,
    survival_rate,
    expected_distance,
    distance_low,
    distance_high

from distances
where
    abs(distance_low - expected_distance) > 0.000001
    or abs(distance_high - expected_distance) > 0.000001
