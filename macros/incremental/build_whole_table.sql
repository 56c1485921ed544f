{% macro build_whole_table() %}

    {% set build = context.get('materialization_table_' ~ adapter.type())
        or context['materialization_table_default'] %}
    {% do return(build()) %}

{% endmacro %}
