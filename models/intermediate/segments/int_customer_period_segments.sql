with

edges as (

    select * from {{ ref('int_customer_period_edges') }}

),

segment_values as (

    select * from {{ ref('int_customer_segment_values') }}

),

-- Everybody together is a segment too, called all: totals and cuts have one body.
everybody as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        customer_id,
        'all' as segment_name,
        'all' as starting_value,
        'all' as ending_value,
        outcome,
        was_active,
        is_active,
        was_ever_active,
        has_activation,
        has_churn,
        churn_kind

    from edges

),

-- Many to many on purpose: an edge for each segment, with the values at both ends.
segments as (

    select
        edges.retention_basis,
        edges.period_grain,
        edges.period_start_date,
        edges.customer_id,
        last_values.segment_name,
        coalesce(previous_values.segment_value, last_values.segment_value)
            as starting_value,
        last_values.segment_value as ending_value,
        edges.outcome,
        edges.was_active,
        edges.is_active,
        edges.was_ever_active,
        edges.has_activation,
        edges.has_churn,
        edges.churn_kind

    from edges
    inner join segment_values as last_values
        on
            edges.retention_basis = last_values.retention_basis
            and edges.customer_id = last_values.customer_id
            and edges.last_change_number = last_values.change_number
    left join segment_values as previous_values
        on
            edges.retention_basis = previous_values.retention_basis
            and edges.customer_id = previous_values.customer_id
            and edges.previous_change_number = previous_values.change_number
            and last_values.segment_name = previous_values.segment_name

),

everybody_and_segments as (

    select * from everybody
    union all
    select * from segments

),

-- Who left is booked where it was, everybody else where it is now. Who is active at both
-- ends under two values leaves the one and enters the other.
customer_period_segments as (

    select
        *,
        case when outcome = 'churned' then starting_value else ending_value end
            as segment_value,
        was_active and is_active and starting_value != ending_value as has_moved

    from everybody_and_segments

)

select * from customer_period_segments
