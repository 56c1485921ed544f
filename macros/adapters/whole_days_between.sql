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

{% macro snowflake__whole_days_between(first_at, second_at) -%}

    {#- A quotient of whole numbers is rounded to 6 decimals there, up to the next day. -#}
    {%- set microseconds =
        "datediff(microsecond, " ~ first_at ~ ", " ~ second_at ~ ")" -%}
    cast(
        ({{ microseconds }} - mod({{ microseconds }}, 86400000000)) / 86400000000
        as {{ dbt.type_bigint() }}
    )

{%- endmacro %}

{% macro bigquery__whole_days_between(first_at, second_at) -%}

    div(timestamp_diff({{ second_at }}, {{ first_at }}, microsecond), 86400000000)

{%- endmacro %}
