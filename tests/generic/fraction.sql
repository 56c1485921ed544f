{% test fraction(model, columns) %}

    select *
    from {{ model }}
    where
        {% for column in columns -%}
            {{ 'or ' if not loop.first }}{{ column }} < 0
            or {{ column }} > 1
        {% endfor %}

{% endtest %}
