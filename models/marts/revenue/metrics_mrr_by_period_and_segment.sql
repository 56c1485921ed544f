with

mrr_bridge as (

    select * from {{ ref('int_mrr_bridge') }}
    where segment_name != 'all'

),

-- Values with a customer at either edge.
mrr_by_period_and_segment as (

    select
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        segment_name,
        segment_value,
        starting_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churned_mrr,
        entering_mrr,
        leaving_mrr,
        fx_impact_mrr,
        ending_mrr,
        ending_customers,
        average_revenue_per_customer,
        arr,
        gross_revenue_churn_rate,
        net_revenue_churn_rate,
        gross_revenue_retention_rate,
        net_revenue_retention_rate,
        quick_ratio

    from mrr_bridge
    where
        starting_customers > 0
        or ending_customers > 0

)

select * from mrr_by_period_and_segment
