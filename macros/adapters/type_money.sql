{% macro type_money() -%}

    {#- Exact money: 18 digits, 4 of them decimals. -#}
    {{ return(type_decimal(18, 4)) }}

{%- endmacro %}
