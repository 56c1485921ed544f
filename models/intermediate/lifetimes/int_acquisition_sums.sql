with

acquisition_costs as (

    select * from {{ ref('int_acquisition_costs') }}

),

first_spans as (

    select * from {{ ref('int_first_spans') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}
    where segment_name in ('all', 'acquisition_channel')

),

-- What is spent is known by channel, and of everybody together.
costs as (

    select
        'acquisition_channel' as segment_name,
        acquisition_channel as segment_value,
        sum(cost_amount) as acquisition_cost_amount,
        min(cost_month_start_date) as first_cost_month_start_date

    from acquisition_costs
    group by acquisition_channel

    union all

    select
        'all' as segment_name,
        'all' as segment_value,
        sum(cost_amount) as acquisition_cost_amount,
        min(cost_month_start_date) as first_cost_month_start_date

    from acquisition_costs
    having count(*) > 0

),

starts as (

    select
        retention_basis,
        segment_set_id,
        started_date,
        count(*) as customers

    from first_spans
    group by
        retention_basis,
        segment_set_id,
        started_date

),

-- Many to many on purpose: each set has a value of both. Who came before the first cost
-- was written down is not what it was spent for.
acquisition_sums as (

    select
        starts.retention_basis,
        costs.segment_name,
        costs.segment_value,
        costs.acquisition_cost_amount,
        sum(starts.customers) as acquired_customers

    from starts
    inner join segment_sets on starts.segment_set_id = segment_sets.segment_set_id
    inner join costs
        on
            segment_sets.segment_name = costs.segment_name
            and segment_sets.segment_value = costs.segment_value
    where starts.started_date >= costs.first_cost_month_start_date
    group by
        starts.retention_basis,
        costs.segment_name,
        costs.segment_value,
        costs.acquisition_cost_amount

)

select * from acquisition_sums
