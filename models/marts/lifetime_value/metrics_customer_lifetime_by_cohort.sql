{% set horizons = [12, 24, 36] %}

with

survival_curves as (

    select * from {{ ref('int_survival_curves') }}
    where tenure_unit = 'month' and segment_name = 'all'

),

restricted_lifetimes as (

    select * from {{ ref('int_restricted_lifetimes') }}
    where segment_name = 'all'

),

-- The curve is a product of fractions: a half may come out a hair above one half.
lifetimes as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        sum(churned + censored) as cohort_customers,
        sum(churned) as churned_customers,
        sum(censored) as censored_customers,
        sum(tenure * (churned + censored)) as customer_months,
        max(tenure) as longest_observed_months,
        min(case when survival_rate <= 0.500000001 then tenure end)
            as median_lifetime_months

    from survival_curves
    group by
        retention_basis,
        period_grain,
        cohort_start_date

),

restricted_means as (

    select
        {% for horizon in horizons -%}
            max(
                case
                    when horizon_months = {{ horizon }} then restricted_mean_months
                end
            ) as restricted_mean_months_{{ horizon }},
            max(
                case
                    when horizon_months = {{ horizon }}
                        then restricted_mean_standard_error
                end
            ) as restricted_mean_months_{{ horizon }}_standard_error,
        {% endfor -%}
        retention_basis,
        period_grain,
        cohort_start_date

    from restricted_lifetimes
    group by
        retention_basis,
        period_grain,
        cohort_start_date

),

customer_lifetime_by_cohort as (

    select
        lifetimes.retention_basis,
        lifetimes.period_grain,
        lifetimes.cohort_start_date,
        cast(lifetimes.cohort_customers as {{ dbt.type_bigint() }}) as cohort_customers,
        cast(lifetimes.churned_customers as {{ dbt.type_bigint() }})
            as churned_customers,
        cast(lifetimes.censored_customers as {{ dbt.type_bigint() }})
            as censored_customers,
        lifetimes.median_lifetime_months,
        {% for horizon in horizons -%}
            restricted_means.restricted_mean_months_{{ horizon }},
            restricted_means.restricted_mean_months_{{ horizon }}_standard_error,
        {% endfor -%}
        lifetimes.longest_observed_months,
        {{ safe_ratio('lifetimes.customer_months', 'lifetimes.churned_customers') }}
            as naive_lifetime_months,
        case
            when lifetimes.churned_customers = 0 then 'no_churn'
            when restricted_means.restricted_mean_months_36 is null
                then 'too_few_months'
            when lifetimes.median_lifetime_months is null then 'median_not_reached'
        end as lifetime_null_reason,
        lifetimes.cohort_customers < {{ setting('small_sample_size') }}
            as is_small_sample

    from lifetimes
    left join restricted_means
        on
            lifetimes.retention_basis = restricted_means.retention_basis
            and lifetimes.period_grain = restricted_means.period_grain
            and lifetimes.cohort_start_date = restricted_means.cohort_start_date

)

select * from customer_lifetime_by_cohort
