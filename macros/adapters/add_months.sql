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
