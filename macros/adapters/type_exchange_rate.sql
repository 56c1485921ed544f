{% macro type_exchange_rate() -%}

    decimal(18, 10)

{%- endmacro %}
