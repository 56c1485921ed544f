{% macro touched_view(node) %}

    {% set view_name = adapter.quote(node.name ~ '__touched') %}
    {% do run_statement(
        "create or replace temporary view " ~ view_name ~ " as select * from " ~ ref(node.name)
        ~ " where coalesce(customer_id, '') in"
        ~ " (select customer_id from "
        ~ temporary_table('touched_customers__now') ~ ")"
    ) %}
    {% do return(view_name) %}

{% endmacro %}
