{% set earlier_dates -%}
    partition by customer_id, currency
    order by step_date
{%- endset %}

with

pairs as (

    select * from {{ ref('int_trailing_year_pairs') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where retention_basis = 'subscription'

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

customers_with_mrr_then as (

    select
        *,
        sum(mrr_then) over (
            partition by
                customer_id,
                step_date
        ) > 0 as had_mrr_then

    from pairs

),

-- Only those who paid a year ago are followed.
followed as (

    select
        customer_id,
        step_date,
        currency,
        mrr_then,
        case when had_mrr_then then mrr_now else 0 end as retained_mrr,
        case when had_mrr_then then least(mrr_now, mrr_then) else 0 end as kept_mrr

    from customers_with_mrr_then

),

changes as (

    select
        step_date,
        currency,
        mrr_then - lag(mrr_then, 1, 0) over ({{ earlier_dates }}) as then_change,
        retained_mrr - lag(retained_mrr, 1, 0) over ({{ earlier_dates }})
            as retained_change,
        kept_mrr - lag(kept_mrr, 1, 0) over ({{ earlier_dates }}) as kept_change

    from followed

),

daily_changes as (

    select
        step_date,
        currency,
        sum(then_change) as then_change,
        sum(retained_change) as retained_change,
        sum(kept_change) as kept_change

    from changes
    group by
        step_date,
        currency

),

ending_dates as (

    select
        ending_date,
        max(rate_month_start_date) as rate_month_start_date

    from basis_periods
    group by ending_date

),

-- Small times small: the days with changes by the ends of periods.
sums as (

    select
        ending_dates.ending_date,
        ending_dates.rate_month_start_date,
        daily_changes.currency,
        sum(daily_changes.then_change) as mrr_then,
        sum(daily_changes.retained_change) as retained_mrr,
        sum(daily_changes.kept_change) as kept_mrr

    from ending_dates
    inner join daily_changes on ending_dates.ending_date >= daily_changes.step_date
    group by
        ending_dates.ending_date,
        ending_dates.rate_month_start_date,
        daily_changes.currency

),

trailing_year_mrr as (

    select
        sums.ending_date,
        sum({{ in_reporting_currency('sums.mrr_then', 'exchange_rates.rate') }})
            as mrr_then,
        sum({{ in_reporting_currency('sums.retained_mrr', 'exchange_rates.rate') }})
            as retained_mrr,
        sum({{ in_reporting_currency('sums.kept_mrr', 'exchange_rates.rate') }})
            as kept_mrr

    from sums
    inner join exchange_rates
        on
            sums.currency = exchange_rates.currency
            and sums.rate_month_start_date = exchange_rates.month_start_date
    group by sums.ending_date

)

select * from trailing_year_mrr
