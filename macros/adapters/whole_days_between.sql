{% macro whole_days_between(first_at, second_at) -%}

    {#- Stretches of 24 hours, rounded down; every engine has its own difference in time. -#}
    {{ adapter.dispatch('whole_days_between')(first_at, second_at) }}

{%- endmacro %}

{% macro default__whole_days_between(first_at, second_at) -%}

    cast(floor(
        extract(epoch from ({{ second_at }}) - ({{ first_at }})) / 86400
    ) as {{ dbt.type_bigint() }})

{%- endmacro %}

{% macro duckdb__whole_days_between(first_at, second_at) -%}

    date_diff('microsecond', {{ first_at }}, {{ second_at }}) // 86400000000

{%- endmacro %}

{% macro spark__whole_days_between(first_at, second_at) -%}

    timestampdiff(microsecond, {{ first_at }}, {{ second_at }}) div 86400000000

{%- endmacro %}
