{% set curve = [
    'retention_basis', 'period_grain', 'cohort_start_date', 'segment_name',
    'segment_value', 'tenure_unit'
] | join(', ') %}

{% set tenures_so_far -%}
    partition by {{ curve }}
    order by tenure
    rows between unbounded preceding and current row
{%- endset %}

with

tenure_counts as (

    select * from {{ ref('int_tenure_counts') }}

),

-- Every curve starts at 0, whether somebody left on the first day or not.
tenure_counts_from_zero as (

    select
        {{ curve }},
        tenure,
        churned,
        censored

    from tenure_counts

    union all

    select
        {{ curve }},
        0 as tenure,
        0 as churned,
        0 as censored

    from tenure_counts
    group by {{ curve }}

),

tenures as (

    select
        {{ curve }},
        tenure,
        sum(churned) as churned,
        sum(censored) as censored

    from tenure_counts_from_zero
    group by
        {{ curve }},
        tenure

),

-- At risk are all who stayed at least as long; who is censored here, too.
at_risk_counts as (

    select
        *,
        sum(churned + censored) over (
            partition by {{ curve }}
            order by tenure desc
            rows between unbounded preceding and current row
        ) as at_risk

    from tenures

),

-- The factor 0 of the last ones has no logarithm. It ends the curve, so nothing that
-- follows would need it.
running as (

    select
        *,
        sum(
            case
                when churned < at_risk
                    then ln({{ safe_ratio('at_risk - churned', 'at_risk') }})
            end
        ) over ({{ tenures_so_far }}) as log_survival,
        sum(
            case
                when churned < at_risk
                    then
                        {{ safe_ratio('churned', 'at_risk') }}
                        / cast(at_risk - churned as {{ type_rate() }})
            end
        ) over ({{ tenures_so_far }}) as greenwood_sum

    from at_risk_counts

),

rates as (

    select
        *,
        case when churned = at_risk then 0 else exp(log_survival) end as survival_rate,
        case
            when log_survival < 0
                then exp(1.959963984540054 * sqrt(greenwood_sum) / abs(log_survival))
        end as band_power

    from running

),

survival_curves as (

    select
        {{ curve }},
        cast(tenure as {{ dbt.type_bigint() }}) as tenure,
        cast(at_risk as {{ dbt.type_bigint() }}) as at_risk,
        cast(churned as {{ dbt.type_bigint() }}) as churned,
        cast(censored as {{ dbt.type_bigint() }}) as censored,
        survival_rate,
        case
            when survival_rate in (0, 1) then survival_rate
            else exp(log_survival * band_power)
        end as survival_rate_low,
        case
            when survival_rate in (0, 1) then survival_rate
            else exp(log_survival / band_power)
        end as survival_rate_high,
        case
            when survival_rate = 0 then 0
            else survival_rate * sqrt(greenwood_sum)
        end as standard_error,
        {{ safe_ratio('churned', 'at_risk') }} as hazard_rate,
        at_risk < {{ setting('small_sample_size') }} as is_small_sample

    from rates

)

select * from survival_curves
