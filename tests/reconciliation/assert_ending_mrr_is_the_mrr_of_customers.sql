-- A row is a grain whose last period does not end with the MRR, or the customers, that
-- the customer mart has today. Each customer's MRR is rounded to 4 decimals once.
with

mrr_by_period as (

    select * from {{ ref('metrics_mrr_by_period') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

last_periods as (

    select
        period_grain,
        max(period_start_date) as period_start_date

    from mrr_by_period
    group by period_grain

),

sums as (

    select
        sum(mrr) as mrr,
        sum(case when is_subscribed then 1 else 0 end) as customers

    from customers

),

differences as (

    select
        mrr_by_period.period_grain,
        mrr_by_period.period_start_date,
        mrr_by_period.ending_mrr,
        mrr_by_period.ending_customers,
        sums.mrr,
        sums.customers

    from mrr_by_period
    inner join last_periods
        on
            mrr_by_period.period_grain = last_periods.period_grain
            and mrr_by_period.period_start_date = last_periods.period_start_date
    cross join sums
    where
        mrr_by_period.ending_customers != sums.customers
        or abs(mrr_by_period.ending_mrr - sums.mrr) > 0.00005 * (1 + sums.customers)

)

select * from differences
