{% macro create_touched_customers(touched_by) %}

    {% do run_query(
        "create temporary table touched_customers__now as select customer_id from "
        ~ touched_customers(touched_by) ~ " group by customer_id"
    ) %}

{% endmacro %}
