{% macro start_of_period(period_grain, date_day) -%}

    {#- date_trunc gives a timestamp on most engines; a period starts on a date. -#}
    cast({{ dbt.date_trunc(period_grain, date_day) }} as date)

{%- endmacro %}
