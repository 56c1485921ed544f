{% set dates_so_far -%}
    partition by customer_dates.customer_id, customer_currencies.currency
    order by customer_dates.step_date
    rows between unbounded preceding and current row
{%- endset %}

with

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

daily_steps as (

    select
        customer_id,
        currency,
        cast({{ add_days('changed_date', 1) }} as date) as known_from_date,
        sum(mrr_after - mrr_before) as mrr_step

    from customer_mrr
    group by
        customer_id,
        currency,
        changed_date

),

-- A change is part of "now" from the next midnight on, and of "a year ago" from the
-- first date on whose date twelve months earlier is that midnight: 29 February comes
-- back as 1 March.
anniversaries as (

    select
        customer_id,
        currency,
        mrr_step,
        known_from_date,
        cast({{ add_months('known_from_date', 12) }} as date) as anniversary_date

    from daily_steps

),

dated_steps as (

    select
        customer_id,
        currency,
        known_from_date as step_date,
        mrr_step as now_step,
        0 * mrr_step as then_step

    from anniversaries

    union all

    select
        customer_id,
        currency,
        case
            when
                cast({{ add_months('anniversary_date', -12) }} as date)
                = known_from_date
                then anniversary_date
            else cast({{ add_days('anniversary_date', 1) }} as date)
        end as step_date,
        0 * mrr_step as now_step,
        mrr_step as then_step

    from anniversaries

),

steps as (

    select
        customer_id,
        currency,
        step_date,
        sum(now_step) as now_step,
        sum(then_step) as then_step

    from dated_steps
    group by
        customer_id,
        currency,
        step_date

),

customer_dates as (

    select
        customer_id,
        step_date

    from steps
    group by
        customer_id,
        step_date

),

customer_currencies as (

    select
        customer_id,
        currency

    from steps
    group by
        customer_id,
        currency

),

-- Many to many on purpose: each currency of a customer at each of its dates.
trailing_year_pairs as (

    select
        customer_dates.customer_id,
        customer_dates.step_date,
        customer_currencies.currency,
        sum(coalesce(steps.now_step, 0)) over ({{ dates_so_far }}) as mrr_now,
        sum(coalesce(steps.then_step, 0)) over ({{ dates_so_far }}) as mrr_then

    from customer_dates
    inner join customer_currencies
        on customer_dates.customer_id = customer_currencies.customer_id
    left join steps
        on
            customer_dates.customer_id = steps.customer_id
            and customer_dates.step_date = steps.step_date
            and customer_currencies.currency = steps.currency

)

select * from trailing_year_pairs
