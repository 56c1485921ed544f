with

customer_counts as (

    select * from {{ ref('int_customer_counts') }}
    where segment_name = 'all'

),

customer_churn_by_period as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        starting_customers,
        new_customers,
        reactivated_customers,
        churned_customers,
        retained_customers,
        ending_customers,
        joined_and_churned_customers,
        reactivated_and_churned_customers,
        churned_and_reactivated_customers,
        voluntary_churned_customers,
        involuntary_churned_customers,
        unknown_churned_customers,
        customer_churn_rate,
        customer_churn_rate_low,
        customer_churn_rate_high,
        customer_retention_rate,
        is_small_sample

    from customer_counts

)

select * from customer_churn_by_period
