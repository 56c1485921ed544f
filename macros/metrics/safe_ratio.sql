{% macro safe_ratio(numerator, denominator) -%}

    cast({{ numerator }} as {{ type_rate() }})
    / nullif(cast({{ denominator }} as {{ type_rate() }}), 0)

{%- endmacro %}
