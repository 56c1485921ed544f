{% macro to_reporting_time(instant) -%}

    {#- Time zones: three engines, three function names. UTC needs none of them. -#}
    {%- if setting('reporting_timezone') == 'UTC' -%}
        {{ instant }}
    {%- else -%}
        {{ adapter.dispatch('to_reporting_time')(instant, setting('reporting_timezone')) }}
    {%- endif -%}

{%- endmacro %}

{% macro default__to_reporting_time(instant, timezone) -%}

    timezone({{ text_literal(timezone) }}, timezone('UTC', {{ instant }}))

{%- endmacro %}

{% macro spark__to_reporting_time(instant, timezone) -%}

    from_utc_timestamp({{ instant }}, {{ text_literal(timezone) }})

{%- endmacro %}
