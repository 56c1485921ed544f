{% macro register_raw() -%}

    {#- The loader writes files, without Spark: tables over them are made before a run. -#}
    {{ return(adapter.dispatch('register_raw')()) }}

{%- endmacro %}

{% macro default__register_raw() -%}{%- endmacro %}

{% macro spark__register_raw() -%}

    {%- if execute %}
        {%- for source in graph.sources.values() if source.source_name == 'raw' %}
            {%- set table = source.schema ~ '.' ~ source.identifier %}
            {%- if loop.first %}
                {%- do run_statement('create schema if not exists ' ~ source.schema) %}
            {%- endif %}
            {%- do run_statement(
                'create table if not exists ' ~ table
                ~ " using parquet location '" ~ source.identifier ~ "'"
            ) %}
            {%- do run_statement('refresh table ' ~ table) %}
        {%- endfor %}
    {%- endif %}

{%- endmacro %}
