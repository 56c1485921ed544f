{% macro create_touched_rows(touched_by) %}

    {% set query = namespace(sql=sql) %}
    {% do drop_touched_rows() %}

    {% do run_query(
        "create temporary table touched_customers__now as select customer_id from "
        ~ touched_customers(touched_by) ~ " group by customer_id"
    ) %}

    {% for node in inputs_by_customer() %}
        {% set view_name = adapter.quote(node.name ~ '__touched') %}
        {% do run_query(
            "create temporary view " ~ view_name ~ " as select * from " ~ ref(node.name)
            ~ " where coalesce(customer_id, '') in"
            ~ " (select customer_id from touched_customers__now)"
        ) %}
        {% set query.sql = query.sql | replace(ref(node.name) | string, view_name) %}
    {% endfor %}

    {% do run_query("create temporary table touched_rows__now as " ~ query.sql) %}

{% endmacro %}
