{% macro create_touched_customers(touched_by) %}

    {% do create_temporary_table(
        'touched_customers__now',
        "select customer_id from " ~ touched_customers(touched_by)
        ~ " group by customer_id"
    ) %}

{% endmacro %}
