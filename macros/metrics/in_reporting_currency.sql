{% macro in_reporting_currency(amount, rate) -%}

    {#-
        Exact and unrounded. With 19 digits DuckDB multiplies in 128 bits, and Spark finds
        room for all 14 decimals of the product.
    -#}
    cast({{ amount }} as decimal(19, 4)) * {{ rate }}

{%- endmacro %}
