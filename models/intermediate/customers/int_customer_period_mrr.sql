with

edges as (

    select * from {{ ref('int_customer_period_edges') }}
    where retention_basis = 'subscription'

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- MRR at the two edges, in the currency of the price; joined to its currencies a
-- customer has one row for each.
amounts as (

    select
        edges.period_grain,
        edges.period_start_date,
        edges.customer_id,
        edges.was_ever_active,
        edges.was_active,
        edges.is_active,
        edges.starting_segment_set_id,
        edges.ending_segment_set_id,
        first_mrr.currency,
        first_mrr.mrr_before as starting_mrr_in_currency,
        last_mrr.mrr_after as ending_mrr_in_currency

    from edges
    inner join customer_mrr as first_mrr
        on
            edges.customer_id = first_mrr.customer_id
            and edges.first_change_number = first_mrr.change_number
    inner join customer_mrr as last_mrr
        on
            edges.customer_id = last_mrr.customer_id
            and edges.last_change_number = last_mrr.change_number
            and first_mrr.currency = last_mrr.currency

),

-- Every flow of a period is worth the rate at the period's end. Left joins, although
-- every period has its rate: they keep DuckDB from joining periods to rates first, many
-- to many.
converted as (

    select
        amounts.*,
        {{ in_reporting_currency(
            'amounts.starting_mrr_in_currency', 'exchange_rates.rate'
        ) }} as starting_mrr,
        {{ in_reporting_currency(
            'amounts.ending_mrr_in_currency', 'exchange_rates.rate'
        ) }} as ending_mrr

    from amounts
    left join periods
        on
            amounts.period_grain = periods.period_grain
            and amounts.period_start_date = periods.period_start_date
    left join exchange_rates
        on
            amounts.currency = exchange_rates.currency
            and periods.rate_month_start_date = exchange_rates.month_start_date

),

-- More or less is decided per customer, over all its currencies.
customer_steps as (

    select
        period_grain,
        period_start_date,
        customer_id,
        sum(ending_mrr - starting_mrr) as mrr_step

    from converted
    group by
        period_grain,
        period_start_date,
        customer_id

),

customer_period_mrr as (

    select
        converted.period_grain,
        converted.period_start_date,
        converted.customer_id,
        converted.currency,
        converted.starting_segment_set_id,
        converted.ending_segment_set_id,
        converted.starting_mrr_in_currency,
        converted.ending_mrr_in_currency,
        converted.starting_mrr,
        converted.ending_mrr,
        case
            when converted.was_active and not converted.is_active then 'churn'
            when not converted.was_active and not converted.is_active then null
            when not converted.was_ever_active then 'new'
            when not converted.was_active then 'reactivation'
            when customer_steps.mrr_step > 0 then 'expansion'
            when customer_steps.mrr_step < 0 then 'contraction'
        end as movement_type,
        converted.was_active and converted.is_active as is_active_at_both

    from converted
    inner join customer_steps
        on
            converted.period_grain = customer_steps.period_grain
            and converted.period_start_date = customer_steps.period_start_date
            and converted.customer_id = customer_steps.customer_id

)

select * from customer_period_mrr
