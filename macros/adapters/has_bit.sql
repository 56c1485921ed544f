{% macro has_bit(bits, bit) -%}

    {#- Snowflake has a function where the others have an operator. -#}
    {{ adapter.dispatch('has_bit')(bits, bit) }}

{%- endmacro %}

{% macro default__has_bit(bits, bit) -%} ({{ bits }} & {{ bit }}) > 0 {%- endmacro %}

{% macro snowflake__has_bit(bits, bit) -%}

    bitand({{ bits }}, {{ bit }}) > 0

{%- endmacro %}
