{% set segment_names = setting('segment_names') %}

with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}

),

segment_history as (

    select * from {{ ref('int_customer_segment_history') }}

),

first_changes as (

    select
        retention_basis,
        customer_id,
        changed_at

    from customer_changes
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
values_at_changes as (

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

),

segment_names as (

    {% for segment_name in segment_names %}

        select {{ text_literal(segment_name) }} as segment_name

        {{ 'union all' if not loop.last }}

    {% endfor %}

    {% if not segment_names %}

        select cast(null as {{ dbt.type_string() }}) as segment_name
        from segment_history
        where 1 = 0

    {% endif %}

),

-- Many to many on purpose: every change has a value of every segment.
latest_values as (

    select
        customer_changes.retention_basis,
        customer_changes.customer_id,
        customer_changes.change_number,
        segment_names.segment_name,
        max(values_at_changes.change_number) over (
            partition by
                customer_changes.retention_basis,
                customer_changes.customer_id,
                segment_names.segment_name
            order by customer_changes.change_number
            rows between unbounded preceding and current row
        ) as value_change_number

    from customer_changes
    cross join segment_names
    left join values_at_changes
        on
            customer_changes.retention_basis = values_at_changes.retention_basis
            and customer_changes.customer_id = values_at_changes.customer_id
            and customer_changes.change_number = values_at_changes.change_number
            and segment_names.segment_name = values_at_changes.segment_name

),

segment_values as (

    select
        latest_values.retention_basis,
        latest_values.customer_id,
        latest_values.change_number,
        latest_values.segment_name,
        coalesce(values_at_changes.segment_value, 'unknown') as segment_value

    from latest_values
    left join values_at_changes
        on
            latest_values.retention_basis = values_at_changes.retention_basis
            and latest_values.customer_id = values_at_changes.customer_id
            and latest_values.value_change_number = values_at_changes.change_number
            and latest_values.segment_name = values_at_changes.segment_name

)

select * from segment_values
