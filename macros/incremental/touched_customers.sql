{% macro touched_customers(log_names) -%}

    (
        select customer_id, log_name, from_date
        from {{ build_table('int_touched_customers') }}
        where log_name in ({{ text_literals(log_names) }})

        {% if 'changes' in log_names %}
            union all
            select customer_id, 'changes' as log_name, cast(null as date) as from_date
            from {{ build_table('int_changed_customers') }}
        {% endif %}
    ) as touched_customers

{%- endmacro %}
