{% macro add_days(date_or_time, days) -%}

    {#- dbt.dateadd loses fractions of a second on Spark. -#}
    {{ adapter.dispatch('add_days')(date_or_time, days) }}

{%- endmacro %}

{% macro default__add_days(date_or_time, days) -%}

    ({{ date_or_time }} + ({{ days }}) * interval '1 day')

{%- endmacro %}

{% macro spark__add_days(date_or_time, days) -%}

    timestampadd(day, {{ days }}, {{ date_or_time }})

{%- endmacro %}

{% macro snowflake__add_days(date_or_time, days) -%}

    dateadd(day, {{ days }}, {{ date_or_time }})

{%- endmacro %}

{% macro bigquery__add_days(date_or_time, days) -%}

    timestamp_add(
        cast({{ date_or_time }} as timestamp), interval cast({{ days }} as int64) day
    )

{%- endmacro %}
