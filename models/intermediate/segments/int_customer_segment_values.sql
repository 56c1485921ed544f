with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}

),

segment_history as (

    select * from {{ ref('int_customer_segment_history') }}

),

first_changes as (

    select * from customer_changes
    where change_number = 1

),

-- The value that holds at the first activation came with it or before it.
initial_values as (

    select
        first_changes.retention_basis,
        first_changes.customer_id,
        segment_history.segment_name,
        max(segment_history.valid_from) as valid_from

    from first_changes
    inner join segment_history
        on first_changes.customer_id = segment_history.customer_id
    where segment_history.valid_from <= first_changes.changed_at
    group by
        first_changes.retention_basis,
        first_changes.customer_id,
        segment_history.segment_name

),

-- Every later value begins at a change of the customer, so it is found by equality.
segment_values as (

    select
        customer_changes.retention_basis,
        customer_changes.customer_id,
        customer_changes.change_number,
        segment_history.segment_name,
        segment_history.segment_value

    from customer_changes
    inner join segment_history
        on
            customer_changes.customer_id = segment_history.customer_id
            and customer_changes.changed_at = segment_history.valid_from
    where customer_changes.change_number > 1

    union all

    select
        initial_values.retention_basis,
        initial_values.customer_id,
        1 as change_number,
        initial_values.segment_name,
        segment_history.segment_value

    from initial_values
    inner join segment_history
        on
            initial_values.customer_id = segment_history.customer_id
            and initial_values.segment_name = segment_history.segment_name
            and initial_values.valid_from = segment_history.valid_from

)

select * from segment_values
