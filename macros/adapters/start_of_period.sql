{% macro start_of_period(period_grain, date_day) -%}

    {#- date_trunc gives a timestamp on most engines, where a period starts on a date; on
        some a week begins on Sunday, or as the session was told. -#}
    {{ adapter.dispatch('start_of_period')(period_grain, date_day) }}

{%- endmacro %}

{% macro default__start_of_period(period_grain, date_day) -%}

    cast({{ dbt.date_trunc(period_grain, date_day) }} as date)

{%- endmacro %}

{% macro snowflake__start_of_period(period_grain, date_day) -%}

    {%- if period_grain == 'week' -%}
        cast(dateadd(day, 1 - dayofweekiso({{ date_day }}), {{ date_day }}) as date)
    {%- else -%}
        {{ default__start_of_period(period_grain, date_day) }}
    {%- endif -%}

{%- endmacro %}

{% macro bigquery__start_of_period(period_grain, date_day) -%}

    date_trunc(
        cast({{ date_day }} as date),
        {{ 'isoweek' if period_grain == 'week' else period_grain }}
    )

{%- endmacro %}
