{% macro add_missing_column(relation, column) %}

    {#- Spark cannot add a column only if it is missing: there a table of before is dropped by
        hand. -#}
    {{ return(adapter.dispatch('add_missing_column')(relation, column)) }}

{% endmacro %}

{% macro default__add_missing_column(relation, column) -%}

    alter table if exists {{ relation }} add column if not exists {{ column }}

{%- endmacro %}

{% macro spark__add_missing_column(relation, column) -%}{%- endmacro %}
