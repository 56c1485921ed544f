{% macro merged_bits(bits) -%}

    {#- An aggregate of standard SQL nowhere, of another name on Snowflake. -#}
    {{ adapter.dispatch('merged_bits')(bits) }}

{%- endmacro %}

{% macro default__merged_bits(bits) -%} bit_or({{ bits }}) {%- endmacro %}

{% macro snowflake__merged_bits(bits) -%} bitor_agg({{ bits }}) {%- endmacro %}
