with

customer_period_mrr as (

    select * from {{ ref('int_customer_period_mrr') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where retention_basis = 'subscription'

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

sets as (

    select
        period_grain,
        period_start_date,
        starting_segment_set_id,
        ending_segment_set_id,
        currency,
        movement_type,
        is_active_at_both,
        sum(starting_mrr_in_currency) as starting_mrr_in_currency,
        sum(ending_mrr_in_currency) as ending_mrr_in_currency,
        sum(starting_mrr) as starting_mrr,
        sum(ending_mrr) as ending_mrr

    from customer_period_mrr
    group by
        period_grain,
        period_start_date,
        starting_segment_set_id,
        ending_segment_set_id,
        currency,
        movement_type,
        is_active_at_both

),

-- Many to many on purpose: each set has a value of every segment.
segmented as (

    select
        sets.*,
        ending_sets.segment_name,
        starting_sets.segment_value as starting_value,
        case
            when sets.movement_type = 'churn' then starting_sets.segment_value
            else ending_sets.segment_value
        end as segment_value,
        sets.is_active_at_both
        and starting_sets.segment_value != ending_sets.segment_value as has_moved

    from sets
    inner join segment_sets as ending_sets
        on sets.ending_segment_set_id = ending_sets.segment_set_id
    inner join segment_sets as starting_sets
        on
            sets.starting_segment_set_id = starting_sets.segment_set_id
            and ending_sets.segment_name = starting_sets.segment_name

),

-- One who moved brings its starting MRR along; the change since is booked where it is.
bookings as (

    select
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency,
        sum(
            ending_mrr_in_currency
            - case when has_moved then 0 else starting_mrr_in_currency end
        ) as mrr_step_in_currency,
        sum(case when movement_type = 'new' then ending_mrr else 0 end) as new_mrr,
        sum(case when movement_type = 'reactivation' then ending_mrr else 0 end)
            as reactivation_mrr,
        sum(
            case when movement_type = 'expansion' then ending_mrr - starting_mrr else 0 end
        ) as expansion_mrr,
        sum(
            case when movement_type = 'contraction' then starting_mrr - ending_mrr else 0 end
        ) as contraction_mrr,
        sum(case when movement_type = 'churn' then starting_mrr else 0 end) as churned_mrr,
        sum(case when has_moved then starting_mrr else 0 end) as entering_mrr,
        sum(0 * starting_mrr) as leaving_mrr

    from segmented
    group by
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency

    union all

    select
        period_grain,
        period_start_date,
        segment_name,
        starting_value as segment_value,
        currency,
        -sum(starting_mrr_in_currency) as mrr_step_in_currency,
        sum(0 * starting_mrr) as new_mrr,
        sum(0 * starting_mrr) as reactivation_mrr,
        sum(0 * starting_mrr) as expansion_mrr,
        sum(0 * starting_mrr) as contraction_mrr,
        sum(0 * starting_mrr) as churned_mrr,
        sum(0 * starting_mrr) as entering_mrr,
        sum(starting_mrr) as leaving_mrr

    from segmented
    where has_moved
    group by
        period_grain,
        period_start_date,
        segment_name,
        starting_value,
        currency

),

flows as (

    select
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency,
        sum(mrr_step_in_currency) as mrr_step_in_currency,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(churned_mrr) as churned_mrr,
        sum(entering_mrr) as entering_mrr,
        sum(leaving_mrr) as leaving_mrr

    from bookings
    group by
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency

),

segments as (

    select
        segment_name,
        segment_value,
        currency

    from flows
    group by
        segment_name,
        segment_value,
        currency

),

-- Many to many on purpose: a sum in each currency for every segment and period.
running as (

    select
        basis_periods.period_grain,
        basis_periods.period_start_date,
        basis_periods.rate_month_start_date,
        segments.segment_name,
        segments.segment_value,
        segments.currency,
        sum(coalesce(flows.mrr_step_in_currency, 0)) over (
            partition by
                basis_periods.period_grain,
                segments.segment_name,
                segments.segment_value,
                segments.currency
            order by basis_periods.period_start_date
            rows between unbounded preceding and current row
        ) as ending_mrr_in_currency,
        coalesce(flows.new_mrr, 0) as new_mrr,
        coalesce(flows.reactivation_mrr, 0) as reactivation_mrr,
        coalesce(flows.expansion_mrr, 0) as expansion_mrr,
        coalesce(flows.contraction_mrr, 0) as contraction_mrr,
        coalesce(flows.churned_mrr, 0) as churned_mrr,
        coalesce(flows.entering_mrr, 0) as entering_mrr,
        coalesce(flows.leaving_mrr, 0) as leaving_mrr

    from basis_periods
    cross join segments
    left join flows
        on
            basis_periods.period_grain = flows.period_grain
            and basis_periods.period_start_date = flows.period_start_date
            and segments.segment_name = flows.segment_name
            and segments.segment_value = flows.segment_value
            and segments.currency = flows.currency

),

sums as (

    select
        running.period_grain,
        running.period_start_date,
        running.segment_name,
        running.segment_value,
        round(sum(running.new_mrr), 4) as new_mrr,
        round(sum(running.reactivation_mrr), 4) as reactivation_mrr,
        round(sum(running.expansion_mrr), 4) as expansion_mrr,
        round(sum(running.contraction_mrr), 4) as contraction_mrr,
        round(sum(running.churned_mrr), 4) as churned_mrr,
        round(sum(running.entering_mrr), 4) as entering_mrr,
        round(sum(running.leaving_mrr), 4) as leaving_mrr,
        round(
            sum(
                {{ in_reporting_currency(
                    'running.ending_mrr_in_currency', 'exchange_rates.rate'
                ) }}
            ),
            4
        ) as ending_mrr

    from running
    inner join exchange_rates
        on
            running.currency = exchange_rates.currency
            and running.rate_month_start_date = exchange_rates.month_start_date
    group by
        running.period_grain,
        running.period_start_date,
        running.segment_name,
        running.segment_value

),

-- Before the first period nobody paid anything.
mrr_sums as (

    select
        *,
        coalesce(
            lag(ending_mrr) over (
                partition by
                    period_grain,
                    segment_name,
                    segment_value
                order by period_start_date
            ),
            0
        ) as starting_mrr

    from sums

)

select * from mrr_sums
