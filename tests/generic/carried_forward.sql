{% test carried_forward(model, keys, opening, closing, from_nothing=true) %}

    with

    neighbours as (

        select
            {{ keys | join(',\n            ') }},
            period_start_date,
            {{ opening }} as opening_value,
            lag({{ closing }}) over (
                partition by
                    {{ keys | join(',\n                    ') }}
                order by period_start_date
            ) as previous_closing_value,
            row_number() over (
                partition by
                    {{ keys | join(',\n                    ') }}
                order by period_start_date
            ) as period_index

        from {{ model }}

    ),

    breaks as (

        select *
        from neighbours
        where
            (period_index > 1 and opening_value != previous_closing_value)
            {%- if from_nothing %}
                or (period_index = 1 and opening_value != 0)
            {%- endif %}

    )

    select * from breaks

{% endtest %}
