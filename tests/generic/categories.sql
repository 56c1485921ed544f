{% test categories(model, values) %}

    select *
    from {{ model }}
    where
        {% for column, allowed in values.items() -%}
            {{ 'or ' if not loop.first }}{{ column }} not in ({{ text_literals(allowed) }})
        {% endfor %}

{% endtest %}
