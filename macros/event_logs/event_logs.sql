{% macro event_logs() %}

    {% set stated_currency -%}
        coalesce(events.currency, {{ text_literal(setting('reporting_currency')) }})
    {%- endset %}

    {% do return({
        'subscription_events': {
            'currency': stated_currency,
            'is_observed': "events.event_type not in ('ended', 'cancel_requested')",
        },
        'revenue_events': {'currency': stated_currency, 'is_observed': 'true'},
        'activity_events': {
            'currency': "cast('' as " ~ dbt.type_string() ~ ')',
            'is_observed': 'true',
        },
    }) %}

{% endmacro %}
