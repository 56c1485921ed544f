-- A row is a period that the customers one by one do not add up to: in customers at
-- either edge, in customers who came and went, or in MRR (each rounded to 4 decimals
-- once).
with

customer_periods as (

    select * from {{ ref('fct_customer_periods') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}
    where retention_basis = 'subscription'

),

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

sums as (

    select
        period_grain,
        period_start_date,
        count(*) as customer_count,
        sum(case when was_active then 1 else 0 end) as starting_customers,
        sum(case when is_active then 1 else 0 end) as ending_customers,
        sum(case when movement_type = 'new' then 1 else 0 end) as new_customers,
        sum(case when movement_type = 'reactivation' then 1 else 0 end)
            as reactivated_customers,
        sum(case when movement_type = 'churn' then 1 else 0 end) as churned_customers,
        sum(starting_mrr) as starting_mrr,
        sum(ending_mrr) as ending_mrr

    from customer_periods
    group by
        period_grain,
        period_start_date

),

grains as (

    select period_grain
    from sums
    group by period_grain

),

differences as (

    select
        churn_by_period.period_grain,
        churn_by_period.period_start_date,
        churn_by_period.starting_customers,
        sums.starting_customers as customers_at_start,
        churn_by_period.ending_customers,
        sums.ending_customers as customers_at_end,
        mrr_by_period.ending_mrr,
        sums.ending_mrr as mrr_at_end

    from churn_by_period
    inner join grains on churn_by_period.period_grain = grains.period_grain
    inner join mrr_by_period
        on
            churn_by_period.period_grain = mrr_by_period.period_grain
            and churn_by_period.period_start_date = mrr_by_period.period_start_date
    left join sums
        on
            churn_by_period.period_grain = sums.period_grain
            and churn_by_period.period_start_date = sums.period_start_date
    where
        churn_by_period.starting_customers != coalesce(sums.starting_customers, 0)
        or churn_by_period.ending_customers != coalesce(sums.ending_customers, 0)
        or churn_by_period.new_customers != coalesce(sums.new_customers, 0)
        or churn_by_period.reactivated_customers
        != coalesce(sums.reactivated_customers, 0)
        or churn_by_period.churned_customers != coalesce(sums.churned_customers, 0)
        or abs(mrr_by_period.starting_mrr - coalesce(sums.starting_mrr, 0))
        > 0.00005 * (1 + coalesce(sums.customer_count, 0))
        or abs(mrr_by_period.ending_mrr - coalesce(sums.ending_mrr, 0))
        > 0.00005 * (1 + coalesce(sums.customer_count, 0))

)

select * from differences
