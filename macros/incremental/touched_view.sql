{% macro touched_view(node) %}

    {% set view_name = adapter.quote(node.name ~ '__touched') %}
    {% set dated_inputs = model.config.meta.get('dated_inputs', {}) %}
    {% do run_statement(
        "create or replace temporary view " ~ view_name ~ " as "
        ~ touched_rows(ref(node.name), dated_inputs.get(node.name))
    ) %}
    {% do return(view_name) %}

{% endmacro %}
