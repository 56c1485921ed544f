{% macro build_whole_table() %}

    {#- DuckDB needs no renames: see build_in_place. -#}
    {% do return(adapter.dispatch('build_whole_table')()) %}

{% endmacro %}

{% macro default__build_whole_table() %}

    {% set build = context.get('materialization_table_' ~ adapter.type())
        or context['materialization_table_default'] %}
    {% do return(build()) %}

{% endmacro %}

{% macro duckdb__build_whole_table() %}

    {% set table = this.incorporate(type='table') %}
    {% do return(build_in_place(table, create_table_as(false, table, sql))) %}

{% endmacro %}
