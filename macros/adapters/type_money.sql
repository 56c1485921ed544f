{% macro type_money() -%}

    {#- Exact money: 18 digits, 4 of them decimals. -#}
    decimal(18, 4)

{%- endmacro %}
