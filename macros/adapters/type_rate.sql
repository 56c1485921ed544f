{% macro type_rate() -%}

    {#- A 64-bit float: Spark's `float` has 32 bits, Postgres has no `double`. -#}
    {{ return(adapter.dispatch('type_rate')()) }}

{%- endmacro %}

{% macro default__type_rate() -%} double precision {%- endmacro %}

{% macro duckdb__type_rate() -%} double {%- endmacro %}

{% macro spark__type_rate() -%} double {%- endmacro %}

{% macro bigquery__type_rate() -%} float64 {%- endmacro %}
