{% macro type_money_sum() -%}

    {#- Ten digits more than one amount: a sum never overflows. -#}
    {{ return(type_decimal(28, 4)) }}

{%- endmacro %}
