{% macro days_between(first_date, second_date) -%}

    {#- date - date is an integer on DuckDB and Postgres, an interval on Spark. -#}
    {{ adapter.dispatch('days_between')(first_date, second_date) }}

{%- endmacro %}

{% macro default__days_between(first_date, second_date) -%}

    cast(({{ second_date }}) - ({{ first_date }}) as {{ dbt.type_bigint() }})

{%- endmacro %}

{% macro spark__days_between(first_date, second_date) -%}

    cast(datediff({{ second_date }}, {{ first_date }}) as {{ dbt.type_bigint() }})

{%- endmacro %}

{% macro snowflake__days_between(first_date, second_date) -%}

    datediff(day, {{ first_date }}, {{ second_date }})

{%- endmacro %}

{% macro bigquery__days_between(first_date, second_date) -%}

    date_diff({{ second_date }}, {{ first_date }}, day)

{%- endmacro %}
