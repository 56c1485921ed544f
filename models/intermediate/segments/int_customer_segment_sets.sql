{% set segment_names = setting('segment_names') %}
{% set value_columns = [] %}
{% for segment_name in segment_names %}
    {% do value_columns.append('value_' ~ loop.index) %}
{% endfor %}
{% set segment_set = value_columns | join(' || chr(31) || ') or "''" %}

{% set changes_so_far -%}
    partition by retention_basis, customer_id
    order by change_number
    rows between unbounded preceding and current row
{%- endset %}

with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}

),

new_values as (

    select * from {{ ref('int_customer_segment_values') }}

),

-- A new value is marked with the number of its change, always of ten digits: the
-- greatest of such texts so far is the latest value.
marked_values as (

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            cast(null as {{ dbt.type_string() }}) as marked_value_{{ loop.index }},
        {% endfor -%}
        change_number

    from customer_changes

    union all

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            case
                when segment_name = {{ text_literal(segment_name) }}
                    then
                        cast(1000000000 + change_number as {{ dbt.type_string() }})
                        || segment_value
            end as marked_value_{{ loop.index }},
        {% endfor -%}
        change_number

    from new_values

),

-- One row for each change, one column for each segment.
new_sets as (

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            max(marked_value_{{ loop.index }}) as marked_value_{{ loop.index }},
        {% endfor -%}
        change_number

    from marked_values
    group by
        retention_basis,
        customer_id,
        change_number

),

latest_values as (

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            max(marked_value_{{ loop.index }})
                over ({{ changes_so_far }}) as marked_value_{{ loop.index }},
        {% endfor -%}
        change_number

    from new_sets

),

segment_values as (

    select
        retention_basis,
        customer_id,
        {% for segment_name in segment_names -%}
            coalesce(substr(marked_value_{{ loop.index }}, 11), 'unknown')
                as value_{{ loop.index }},
        {% endfor -%}
        change_number

    from latest_values

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
        {{ text_digest(segment_set) }} as segment_set_id

    from segment_values

)

select * from customer_segment_sets
