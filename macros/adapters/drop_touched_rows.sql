{% macro drop_touched_rows() %}

    {#- On Spark they are tables of the model's own; a view ends with the session. -#}
    {% do adapter.dispatch('drop_touched_rows')() %}

{% endmacro %}

{% macro default__drop_touched_rows() %}

    {% for node in inputs_by_customer() + inputs_added_up() %}
        {% for suffix in ['__touched', '__earlier'] %}
            {% do run_statement(
                "drop view if exists " ~ adapter.quote(node.name ~ suffix)
            ) %}
        {% endfor %}
    {% endfor %}

    {% do run_statement(
        "drop view if exists " ~ adapter.quote('int_period_days__touched')
    ) %}

    {% for name in [
        'touched_rows__now', 'sum_steps__now', 'touched_periods__now',
        'touched_customers__now'
    ] %}
        {% do run_statement(drop_table(name)) %}
    {% endfor %}

{% endmacro %}

{% macro spark__drop_touched_rows() %}

    {% set names = {
        'by_customer': [],
        'added_up': ['sum_steps__now'],
        'by_period': ['touched_periods__now'],
    }[model.config.materialized] %}

    {% for name in names + ['touched_rows__now', 'touched_customers__now'] %}
        {% do run_statement(drop_table(temporary_table(name))) %}
    {% endfor %}

{% endmacro %}
