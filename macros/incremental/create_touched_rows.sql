{% macro create_touched_rows(touched_by) %}

    {% set query = namespace(sql=sql) %}

    {% do create_touched_customers(touched_by) %}

    {% for node in inputs_by_customer() %}
        {% set query.sql =
            query.sql | replace(ref(node.name) | string, touched_view(node)) %}
    {% endfor %}

    {% do create_temporary_table('touched_rows__now', query.sql) %}

{% endmacro %}
