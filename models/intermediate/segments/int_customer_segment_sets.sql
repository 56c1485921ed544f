{% set segment_names = setting('segment_names') %}

{% set changes_so_far -%}
    partition by customer_changes.retention_basis, customer_changes.customer_id
    order by customer_changes.change_number
    rows between unbounded preceding and current row
{%- endset %}

with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}

),

new_values as (

    select * from {{ ref('int_customer_segment_values') }}

),

-- One row for each change that brings a new value, one column for each segment.
new_sets as (

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            max(
                case
                    when segment_name = {{ text_literal(segment_name) }}
                        then segment_value
                end
            ) as value_{{ loop.index }},
        {% endfor -%}
        change_number

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
        {% for segment_name in segment_names -%}
            max(
                case
                    when new_sets.value_{{ loop.index }} is not null
                        then new_sets.change_number
                end
            ) over ({{ changes_so_far }}) as number_{{ loop.index }},
        {% endfor -%}
        customer_changes.change_number

    from customer_changes
    left join new_sets
        on
            customer_changes.retention_basis = new_sets.retention_basis
            and customer_changes.customer_id = new_sets.customer_id
            and customer_changes.change_number = new_sets.change_number
    {% if segment_names -%}
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
                latest_numbers.retention_basis
                = new_sets_{{ loop.index }}.retention_basis
                and latest_numbers.customer_id = new_sets_{{ loop.index }}.customer_id
                and latest_numbers.number_{{ loop.index }}
                = new_sets_{{ loop.index }}.change_number
    {% endfor %}

),

-- All values of a customer at one time are one set, known by a number: marts add up by
-- set first, and only then by the segments in it.
customer_segment_sets as (

    select
        retention_basis,
        customer_id,
        change_number,
        {% for segment_name in segment_names -%}
            value_{{ loop.index }},
        {% endfor -%}
        {{ text_digest('segment_set') }} as segment_set_id

    from segment_sets

)

select * from customer_segment_sets
