{% macro discount_factor(months, annual_rate) -%}

    power(
        cast({{ 1 + annual_rate }} as {{ type_rate() }}),
        -({{ months }}) / cast(12 as {{ type_rate() }})
    )

{%- endmacro %}
