-- A row is a period whose churn reasons do not add up to its churned customers, or to
-- its churned MRR (each reason is rounded to 4 decimals once), or whose shares do not
-- make 1.
with

churn_reasons_by_period as (

    select * from {{ ref('metrics_churn_reasons_by_period') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}

),

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

sums as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        sum(churned_customers) as churned_customers,
        sum(churned_mrr) as churned_mrr,
        sum(customer_share) as customer_share,
        sum(mrr_share) as mrr_share,
        count(*) as reason_count

    from churn_reasons_by_period
    group by
        retention_basis,
        period_grain,
        period_start_date

),

comparison as (

    select
        churn_by_period.retention_basis,
        churn_by_period.period_grain,
        churn_by_period.period_start_date,
        churn_by_period.churned_customers,
        coalesce(sums.churned_customers, 0) as reason_customers,
        mrr_by_period.churned_mrr,
        case
            when churn_by_period.retention_basis = 'subscription'
                then coalesce(sums.churned_mrr, 0)
        end as reason_mrr,
        sums.customer_share,
        sums.mrr_share,
        coalesce(sums.reason_count, 0) as reason_count

    from churn_by_period
    left join sums
        on
            churn_by_period.retention_basis = sums.retention_basis
            and churn_by_period.period_grain = sums.period_grain
            and churn_by_period.period_start_date = sums.period_start_date
    left join mrr_by_period
        on
            churn_by_period.period_grain = mrr_by_period.period_grain
            and churn_by_period.period_start_date = mrr_by_period.period_start_date

),

differences as (

    select *
    from comparison
    where
        churned_customers != reason_customers
        or abs(churned_mrr - reason_mrr) > 0.00005 * (1 + reason_count)
        or abs(customer_share - 1) > 0.000000001
        or abs(mrr_share - 1) > 0.000000001

)

select * from differences
