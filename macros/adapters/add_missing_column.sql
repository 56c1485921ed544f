{% macro add_missing_column(relation, name, type) %}

    {#- Spark cannot be told to add a column only if it is missing. -#}
    {{ return(adapter.dispatch('add_missing_column')(relation, name, type)) }}

{% endmacro %}

{% macro default__add_missing_column(relation, name, type) -%}

    alter table if exists {{ relation }} add column if not exists {{ name }} {{ type }}

{%- endmacro %}

{% macro spark__add_missing_column(relation, name, type) -%}

    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing and name not in (
        adapter.get_columns_in_relation(existing) | map(attribute='name')
    ) -%}
        alter table {{ relation }} add columns ({{ name }} {{ type }})
    {%- endif -%}

{%- endmacro %}
