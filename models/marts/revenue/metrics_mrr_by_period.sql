with

mrr_bridge as (

    select * from {{ ref('int_mrr_bridge') }}
    where segment_name = 'all'

),

periods as (

    select * from {{ ref('int_periods') }}

),

trailing_year_mrr as (

    select * from {{ ref('int_trailing_year_mrr') }}

),

mrr_by_period as (

    select
        mrr_bridge.period_grain,
        mrr_bridge.period_start_date,
        mrr_bridge.next_period_start_date,
        mrr_bridge.is_complete,
        mrr_bridge.starting_mrr,
        mrr_bridge.new_mrr,
        mrr_bridge.reactivation_mrr,
        mrr_bridge.expansion_mrr,
        mrr_bridge.contraction_mrr,
        mrr_bridge.churned_mrr,
        mrr_bridge.fx_impact_mrr,
        mrr_bridge.ending_mrr,
        mrr_bridge.ending_customers,
        mrr_bridge.average_revenue_per_customer,
        mrr_bridge.arr,
        mrr_bridge.gross_revenue_churn_rate,
        mrr_bridge.net_revenue_churn_rate,
        mrr_bridge.gross_revenue_retention_rate,
        mrr_bridge.net_revenue_retention_rate,
        mrr_bridge.quick_ratio,
        {{ safe_ratio('trailing_year_mrr.retained_mrr', 'trailing_year_mrr.mrr_then') }}
            as trailing_year_net_revenue_retention_rate,
        {{ safe_ratio('trailing_year_mrr.kept_mrr', 'trailing_year_mrr.mrr_then') }}
            as trailing_year_gross_revenue_retention_rate

    from mrr_bridge
    inner join periods
        on
            mrr_bridge.period_grain = periods.period_grain
            and mrr_bridge.period_start_date = periods.period_start_date
    left join trailing_year_mrr on periods.ending_date = trailing_year_mrr.ending_date

)

select * from mrr_by_period
