{% macro drop_touched_rows() %}

    {% for node in inputs_by_customer() %}
        {% do run_query(
            "drop view if exists " ~ adapter.quote(node.name ~ '__touched')
        ) %}
    {% endfor %}

    {% for name in ['touched_rows__now', 'touched_customers__now'] %}
        {% do run_query("drop table if exists " ~ name) %}
    {% endfor %}

{% endmacro %}
