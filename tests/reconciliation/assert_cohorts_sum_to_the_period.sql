-- A row is a period at whose end the cohorts that have begun do not hold, all together,
-- the customers or the MRR of the period marts. Each cohort's MRR is rounded to 4
-- decimals once.
with

retention_by_cohort as (

    select * from {{ ref('metrics_retention_by_cohort') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}

),

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

ages as (

    select
        retention_by_cohort.retention_basis,
        retention_by_cohort.period_grain,
        retention_by_cohort.retained_customers,
        retention_by_cohort.retained_mrr,
        periods.period_index + retention_by_cohort.period_number as period_index

    from retention_by_cohort
    inner join periods
        on
            retention_by_cohort.period_grain = periods.period_grain
            and retention_by_cohort.cohort_start_date = periods.period_start_date

),

sums as (

    select
        ages.retention_basis,
        ages.period_grain,
        periods.period_start_date,
        sum(ages.retained_customers) as retained_customers,
        sum(ages.retained_mrr) as retained_mrr,
        count(*) as cohort_count

    from ages
    inner join periods
        on
            ages.period_grain = periods.period_grain
            and ages.period_index = periods.period_index
    group by
        ages.retention_basis,
        ages.period_grain,
        periods.period_start_date

),

comparison as (

    select
        churn_by_period.retention_basis,
        churn_by_period.period_grain,
        churn_by_period.period_start_date,
        churn_by_period.ending_customers,
        coalesce(sums.retained_customers, 0) as retained_customers,
        mrr_by_period.ending_mrr,
        case
            when churn_by_period.retention_basis = 'subscription'
                then coalesce(sums.retained_mrr, 0)
        end as retained_mrr,
        coalesce(sums.cohort_count, 0) as cohort_count

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
    where churn_by_period.period_grain != 'day'

),

differences as (

    select *
    from comparison
    where
        ending_customers != retained_customers
        or abs(ending_mrr - retained_mrr) > 0.00005 * (1 + cohort_count)

)

select * from differences
