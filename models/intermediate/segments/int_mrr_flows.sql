{% set amounts = [
    'mrr_step_in_currency', 'new_mrr', 'reactivation_mrr', 'expansion_mrr',
    'contraction_mrr', 'churned_mrr', 'entering_mrr', 'leaving_mrr'
] %}

with

customer_period_mrr as (

    select * from {{ ref('int_customer_period_mrr') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

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
        sum(ending_mrr) as ending_mrr,
        count(*) as contributions

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
            case
                when movement_type = 'expansion' then ending_mrr - starting_mrr
                else 0
            end
        ) as expansion_mrr,
        sum(
            case
                when movement_type = 'contraction' then starting_mrr - ending_mrr
                else 0
            end
        ) as contraction_mrr,
        sum(
            case when movement_type = 'churn' then starting_mrr else 0 end
        ) as churned_mrr,
        sum(case when has_moved then starting_mrr else 0 end) as entering_mrr,
        sum(0 * starting_mrr) as leaving_mrr,
        {{ sum_of_counts('contributions') }} as contributions

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
        {% for amount in amounts[1:-1] -%}
            sum(0 * starting_mrr) as {{ amount }},
        {% endfor -%}
        sum(starting_mrr) as leaving_mrr,
        {{ sum_of_counts('contributions') }} as contributions

    from segmented
    where has_moved
    group by
        period_grain,
        period_start_date,
        segment_name,
        starting_value,
        currency

),

mrr_flows as (

    select
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency,
        {% for amount in amounts -%}
            sum({{ amount }}) as {{ amount }},
        {% endfor -%}
        {{ sum_of_counts('contributions') }} as contributions

    from bookings
    group by
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        currency

)

select * from mrr_flows
