{% macro plan_large_joins() -%}

    {#- Before each model. Of a join on several columns Postgres expects a single row, and
        then goes through the whole other table for each of half a million. -#}
    {{ return(adapter.dispatch('plan_large_joins')()) }}

{%- endmacro %}

{% macro default__plan_large_joins() -%}{%- endmacro %}

{% macro postgres__plan_large_joins() -%} set enable_nestloop = off {%- endmacro %}
