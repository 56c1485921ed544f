{% set segment_names = setting('segment_names') %}

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
new_values as (

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

-- One row for each change that brings a new value, one column for each segment.
new_sets as (

    select
        retention_basis,
        customer_id,
        change_number
        {%- for segment_name in segment_names %},
            max(
                case
                    when segment_name = {{ text_literal(segment_name) }} then segment_value
                end
            ) as value_{{ loop.index }}
        {%- endfor %}

    from new_values
    group by
        retention_basis,
        customer_id,
        change_number

),

-- Where the latest value of each segment was set.
latest_numbers as (

    select
        customer_changes.retention_basis,
        customer_changes.customer_id,
        customer_changes.change_number
        {%- for segment_name in segment_names %},
            max(
                case
                    when new_sets.value_{{ loop.index }} is not null
                        then new_sets.change_number
                end
            ) over changes_so_far as number_{{ loop.index }}
        {%- endfor %}

    from customer_changes
    left join new_sets
        on
            customer_changes.retention_basis = new_sets.retention_basis
            and customer_changes.customer_id = new_sets.customer_id
            and customer_changes.change_number = new_sets.change_number
    {%- if segment_names %}
    window changes_so_far as (
        partition by
            customer_changes.retention_basis,
            customer_changes.customer_id
        order by customer_changes.change_number
        rows between unbounded preceding and current row
    )
    {%- endif %}

),

segment_sets as (

    select
        latest_numbers.retention_basis,
        latest_numbers.customer_id,
        latest_numbers.change_number,
        {% for segment_name in segment_names -%}
            coalesce(new_sets_{{ loop.index }}.value_{{ loop.index }}, 'unknown')
                as value_{{ loop.index }},
        {% endfor -%}
        {% if segment_names -%}
            {% for segment_name in segment_names -%}
                coalesce(new_sets_{{ loop.index }}.value_{{ loop.index }}, 'unknown')
                {{- ' || chr(31) || ' if not loop.last }}
            {%- endfor %}
        {%- else -%}
            ''
        {%- endif %} as segment_set

    from latest_numbers
    {% for segment_name in segment_names -%}
        left join new_sets as new_sets_{{ loop.index }}
            on
                latest_numbers.retention_basis = new_sets_{{ loop.index }}.retention_basis
                and latest_numbers.customer_id = new_sets_{{ loop.index }}.customer_id
                and latest_numbers.number_{{ loop.index }}
                = new_sets_{{ loop.index }}.change_number
    {% endfor %}

),

-- All values of a customer at one time are one set, known by a number: marts add up by set
-- first, and only then by the segments in it.
customer_segment_sets as (

    select
        retention_basis,
        customer_id,
        change_number,
        {% for segment_name in segment_names -%}
            value_{{ loop.index }},
        {% endfor -%}
        dense_rank() over (order by segment_set) as segment_set_id

    from segment_sets

)

select * from customer_segment_sets
