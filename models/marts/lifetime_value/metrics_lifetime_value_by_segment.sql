{% set gross_margin = setting('gross_margin') %}

with

lifetime_value_sums as (

    select * from {{ ref('int_lifetime_value_sums') }}

),

averages as (

    select
        *,
        {{ safe_ratio('revenue_amount', 'paying_customers') }} * {{ gross_margin }}
            as monthly_margin,
        {{ safe_ratio('churned_customers', 'starting_customers') }}
            as customer_churn_rate,
        {{ safe_ratio('acquisition_cost_amount', 'acquired_customers') }}
            as customer_acquisition_cost

    from lifetime_value_sums

),

-- What cannot be known has a reason; the first that applies is shown.
reasons as (

    select
        *,
        case
            when complete_months < 6 then 'too_few_months'
            when starting_customers = 0 or paying_customers = 0 then 'no_customers'
            when churned_customers = 0 then 'no_churn'
            when retention_basis = 'activity' then 'no_revenue'
        end as ltv_null_reason,
        case
            when complete_months < 6 or restricted_mean_months is null
                then 'too_few_months'
            when starting_customers = 0 or paying_customers = 0 then 'no_customers'
            when retention_basis = 'activity' then 'no_revenue'
        end as survival_ltv_null_reason

    from averages

),

estimates as (

    select
        *,
        case
            when ltv_null_reason is null then monthly_margin / customer_churn_rate
        end as simple_ltv,
        case
            when survival_ltv_null_reason is null
                then monthly_margin * restricted_mean_months
        end as survival_ltv,
        case
            when survival_ltv_null_reason is null
                then monthly_margin * discounted_mean_months
        end as discounted_survival_ltv

    from reasons

),

lifetime_value_by_segment as (

    select
        retention_basis,
        segment_name,
        segment_value,
        customers,
        cast(starting_customers as {{ dbt.type_bigint() }})
            as starting_customers_6_months,
        cast(churned_customers as {{ dbt.type_bigint() }})
            as churned_customers_6_months,
        cast(
            {{ divide_half_up(
                'round(revenue_amount, 8)', 'nullif(paying_customers, 0)'
            ) }}
            as {{ type_money_sum() }}
        ) as average_revenue_per_customer,
        cast({{ gross_margin }} as {{ type_rate() }}) as gross_margin_rate,
        horizon_months,
        customer_churn_rate,
        simple_ltv,
        survival_ltv,
        discounted_survival_ltv,
        customer_acquisition_cost,
        {{ safe_ratio('simple_ltv', 'customer_acquisition_cost') }}
            as ltv_to_cac_ratio,
        {{ safe_ratio('customer_acquisition_cost', 'monthly_margin') }}
            as payback_months,
        ltv_null_reason,
        survival_ltv_null_reason,
        customers < {{ setting('small_sample_size') }} as is_small_sample

    from estimates

)

select * from lifetime_value_by_segment
