{% test primary_key(model, columns, nullable_columns=[]) %}

    select
        {{ columns | join(',\n        ') }},
        count(*) as row_count

    from {{ model }}
    group by
        {{ columns | join(',\n        ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in nullable_columns %}
            or {{ column }} is null
        {%- endfor %}

{% endtest %}
