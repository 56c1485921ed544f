{% macro known_columns(relation, known_until) %}

    {% set runs_out_at = model.config.meta.get('runs_out_at') %}
    {% set columns = [] %}

    {% for column in adapter.get_columns_in_relation(relation) %}
        {% if column.name == runs_out_at %}
            {% do columns.append(
                "case when " ~ to_reporting_time(column.quoted) ~ " < (select "
                ~ known_until ~ " from " ~ build_table('int_build_window') ~ ") then "
                ~ column.quoted ~ " end as " ~ column.quoted
            ) %}
        {% else %}
            {% do columns.append(column.quoted) %}
        {% endif %}
    {% endfor %}

    {{ return(columns | join(', ')) }}

{% endmacro %}
