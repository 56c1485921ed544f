{% macro type_exchange_rate() -%}

    {#- As exact as the loader stores it. -#}
    {{ return(type_decimal(18, 10)) }}

{%- endmacro %}
