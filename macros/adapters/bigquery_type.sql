{% macro bigquery_type(type) -%}

    {#- YAML knows no macros, so its types are named once, as most engines name them. -#}
    {%- set name = (type | trim).split('(')[0] -%}
    {%- set names = {
        'text': 'string', 'varchar': 'string', 'float8': 'float64', 'decimal': 'bignumeric'
    } -%}
    {{- return(names.get(name, type | trim)) -}}

{%- endmacro %}
