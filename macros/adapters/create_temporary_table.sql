{% macro create_temporary_table(name, query) %}

    {#- Spark has no temporary table: see temporary_table. -#}
    {% do adapter.dispatch('create_temporary_table')(name, query) %}

{% endmacro %}

{% macro default__create_temporary_table(name, query) %}

    {% do run_statement("drop table if exists " ~ name ~ " cascade") %}
    {% do run_statement("create temporary table " ~ name ~ " as " ~ query) %}

{% endmacro %}

{% macro spark__create_temporary_table(name, query) %}

    {% do run_statement(
        "create or replace table " ~ temporary_table(name) ~ " as " ~ query
    ) %}

{% endmacro %}
