-- A row is a grain whose cohorts, all taken together, do not hold the customers of the
-- one row over everybody; or a kind of return that more customers show than a wider
-- kind.
with

n_day_retention as (

    select * from {{ ref('metrics_n_day_retention_by_cohort') }}

),

sums as (

    select
        period_grain,
        day_mode,
        retention_kind,
        day_number,
        sum(eligible_customers) as eligible_customers,
        sum(returned_customers) as returned_customers

    from n_day_retention
    group by
        period_grain,
        day_mode,
        retention_kind,
        day_number

),

totals as (

    select * from sums
    where period_grain = 'all'

),

exact_days as (

    select * from sums
    where retention_kind = 'on'

),

differences as (

    select sums.*
    from sums
    inner join totals
        on
            sums.day_mode = totals.day_mode
            and sums.retention_kind = totals.retention_kind
            and sums.day_number = totals.day_number
    inner join exact_days
        on
            sums.period_grain = exact_days.period_grain
            and sums.day_mode = exact_days.day_mode
            and sums.day_number = exact_days.day_number
    where
        sums.eligible_customers != totals.eligible_customers
        or sums.returned_customers != totals.returned_customers
        or sums.returned_customers < exact_days.returned_customers

)

select * from differences
