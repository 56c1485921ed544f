{% macro in_reporting_currency(amount, rate) -%}

    {#- Exact and unrounded: each engine finds room for the 14 decimals of the product in
        its own way. -#}
    {{ adapter.dispatch('in_reporting_currency')(amount, rate) }}

{%- endmacro %}

{% macro default__in_reporting_currency(amount, rate) -%}

    {#- With 19 digits DuckDB multiplies in 128 bits. -#}
    cast({{ amount }} as {{ type_decimal(19, 4) }}) * {{ rate }}

{%- endmacro %}

{% macro snowflake__in_reporting_currency(amount, rate) -%}

    {#- Beyond 12 decimals it keeps as many as the longer factor has. -#}
    cast({{ amount }} as decimal(38, 14)) * {{ rate }}

{%- endmacro %}
