{% macro grant_marts() -%}

    {#- Who may read is said to a server; a file has no roles. -#}
    {{ return(adapter.dispatch('grant_marts')()) }}

{%- endmacro %}

{% macro default__grant_marts() -%}{%- endmacro %}

{% macro postgres__grant_marts() -%}

    {#- A mart is readable from the moment it is there: default privileges reach tables
        that are built later, the last statement those that are there. -#}
    {%- set reader = setting('marts_reader') -%}
    {%- if reader %}
        {%- set schema = generate_schema_name('marts', none) %}
        create schema if not exists {{ schema }};
        grant usage on schema {{ schema }} to "{{ reader }}";
        alter default privileges in schema {{ schema }}
            grant select on tables to "{{ reader }}";
        grant select on all tables in schema {{ schema }} to "{{ reader }}";
    {%- endif %}

{%- endmacro %}
