{% macro drop_table(relation) -%}

    {#- Of an Iceberg table a plain drop would leave the files. -#}
    {{ return(adapter.dispatch('drop_table')(relation)) }}

{%- endmacro %}

{% macro default__drop_table(relation) -%}

    drop table if exists {{ relation }}

{%- endmacro %}

{% macro spark__drop_table(relation) -%}

    drop table if exists {{ relation }} purge

{%- endmacro %}
