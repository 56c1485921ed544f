{% macro to_reporting_time(instant) -%}

    {#- Every engine has a function name of its own for time zones. UTC needs none of them. -#}
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

{% macro snowflake__to_reporting_time(instant, timezone) -%}

    convert_timezone('UTC', {{ text_literal(timezone) }}, {{ instant }})

{%- endmacro %}

{% macro bigquery__to_reporting_time(instant, timezone) -%}

    {#- Back to a timestamp, so that it compares with those of UTC. -#}
    cast(datetime({{ instant }}, {{ text_literal(timezone) }}) as timestamp)

{%- endmacro %}
