{% macro register_raw() -%}

    {#- The loader writes files, without Spark: tables over them are made before a run. -#}
    {{ return(adapter.dispatch('register_raw')()) }}

{%- endmacro %}

{% macro default__register_raw() -%}{%- endmacro %}

{% macro spark__register_raw() -%}

    {#- Another catalog than Spark's own, such as one of Iceberg, reads them by a view. -#}
    {%- set is_iceberg = spark_file_format() == 'iceberg' -%}
    {%- set catalogs = ['spark_catalog.', ''] if is_iceberg else ['spark_catalog.'] -%}

    {%- if execute %}
        {%- for source in graph.sources.values() if source.source_name == 'raw' %}
            {%- set table = source.schema ~ '.' ~ source.identifier %}
            {%- if loop.first %}
                {%- for catalog in catalogs %}
                    {%- do run_statement(
                        'create schema if not exists ' ~ catalog ~ source.schema
                    ) %}
                {%- endfor %}
            {%- endif %}
            {%- do run_statement(
                'create table if not exists spark_catalog.' ~ table
                ~ " using parquet location '" ~ source.identifier ~ "'"
            ) %}
            {%- do run_statement('refresh table spark_catalog.' ~ table) %}
            {%- if is_iceberg %}
                {%- do run_statement(
                    'create or replace view ' ~ table
                    ~ ' as select * from spark_catalog.' ~ table
                ) %}
            {%- endif %}
        {%- endfor %}
    {%- endif %}

{%- endmacro %}
