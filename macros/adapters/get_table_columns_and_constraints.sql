{% macro bigquery__get_table_columns_and_constraints() -%}

    {#- Overrides dbt-bigquery, which would declare the names of the contract as types.
        Names and types are compared all the same. -#}

{%- endmacro %}
