{% macro add_months(date_or_time, months) -%}

    {#- A day that the month lacks becomes its last day, on every engine. -#}
    {{ adapter.dispatch('add_months')(date_or_time, months) }}

{%- endmacro %}

{% macro default__add_months(date_or_time, months) -%}

    ({{ date_or_time }} + ({{ months }}) * interval '1 month')

{%- endmacro %}

{% macro spark__add_months(date_or_time, months) -%}

    timestampadd(month, {{ months }}, {{ date_or_time }})

{%- endmacro %}

{% macro snowflake__add_months(date_or_time, months) -%}

    dateadd(month, {{ months }}, {{ date_or_time }})

{%- endmacro %}

{% macro bigquery__add_months(date_or_time, months) -%}

    {#- A timestamp has no months there; a datetime has. -#}
    cast(datetime_add(
        cast(cast({{ date_or_time }} as timestamp) as datetime),
        interval cast({{ months }} as int64) month
    ) as timestamp)

{%- endmacro %}
