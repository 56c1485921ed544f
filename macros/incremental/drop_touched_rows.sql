{% macro drop_touched_rows() %}

    {% for node in inputs_by_customer() + inputs_added_up() %}
        {% for suffix in ['__touched', '__earlier'] %}
            {% do run_query(
                "drop view if exists " ~ adapter.quote(node.name ~ suffix)
            ) %}
        {% endfor %}
    {% endfor %}

    {% do run_query(
        "drop view if exists " ~ adapter.quote('int_period_days__touched')
    ) %}

    {% for name in [
        'touched_rows__now', 'sum_steps__now', 'touched_periods__now',
        'touched_customers__now'
    ] %}
        {% do run_query("drop table if exists " ~ name) %}
    {% endfor %}

{% endmacro %}
