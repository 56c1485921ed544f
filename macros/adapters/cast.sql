{% macro spark__cast(field, type) -%}

    {#- Overrides dbt: contracts name types as DuckDB and Postgres do. -#}
    {%- set names = {'text': 'string', 'float8': 'double'} -%}
    cast({{ field }} as {{ names.get(type | trim, type) }})

{%- endmacro %}

{% macro bigquery__cast(field, type) -%}

    {#- The same on BigQuery, which has a name of its own for every type. -#}
    cast({{ field }} as {{ bigquery_type(type) }})

{%- endmacro %}
