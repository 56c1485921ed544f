{% macro bigquery__cast(field, type) -%}

    {#- Overrides dbt: contracts name types as DuckDB and Postgres do. -#}
    cast({{ field }} as {{ bigquery_type(type) }})

{%- endmacro %}
