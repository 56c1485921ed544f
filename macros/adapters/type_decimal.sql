{% macro type_decimal(precision, scale) -%}

    {#- BigQuery casts to no type with a precision, and its numeric holds 9 decimals. -#}
    {{ return(adapter.dispatch('type_decimal')(precision, scale)) }}

{%- endmacro %}

{% macro default__type_decimal(precision, scale) -%}
    decimal({{ precision }}, {{ scale }})
{%- endmacro %}

{% macro bigquery__type_decimal(precision, scale) -%} bignumeric {%- endmacro %}
