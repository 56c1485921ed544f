{% test identity(model, holds) %}

    select *
    from {{ model }}
    where not ({{ holds }})

{% endtest %}
