{% test sums_to(model, total, keys, columns, rounding_per_row=0) %}

    with

    rows_of_model as (

        select * from {{ model }}

    ),

    totals as (

        select * from {{ total }}

    ),

    segment_names as (

        select segment_name
        from rows_of_model
        group by segment_name

    ),

    sums as (

        select
            segment_name,
            {{ keys | join(',\n            ') }},
            {% for column in columns -%}
                sum({{ column }}) as {{ column }},
            {% endfor -%}
            count(*) as value_count

        from rows_of_model
        group by
            segment_name,
            {{ keys | join(',\n            ') }}

    ),

    -- Many to many on purpose: every segment divides every total.
    expected as (

        select
            segment_names.segment_name,
            totals.*

        from totals
        cross join segment_names

    ),

    differences as (

        select
            expected.segment_name,
            {% for key in keys -%}
                expected.{{ key }},
            {% endfor -%}
            {% for column in columns -%}
                coalesce(expected.{{ column }}, 0) - coalesce(sums.{{ column }}, 0)
                    as {{ column }},
            {% endfor -%}
            (1 + coalesce(sums.value_count, 0)) * {{ rounding_per_row }} as tolerance

        from expected
        left join sums
            on
                expected.segment_name = sums.segment_name
                {%- for key in keys %}
                    and expected.{{ key }} = sums.{{ key }}
                {%- endfor %}

    )

    select *
    from differences
    where
        {% for column in columns -%}
            {{ 'or ' if not loop.first }}abs({{ column }}) > tolerance
        {% endfor %}

{% endtest %}
