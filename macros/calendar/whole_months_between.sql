{% macro whole_months_between(first_date, second_date) -%}

    {#-
        Counted from the anchor: first_date + n months is not after second_date. A day
        that the month lacks is its last day, so the last day of a month is late enough
        for every anchor.
    -#}
    cast(
        12 * (
            extract(year from {{ second_date }}) - extract(year from {{ first_date }})
        )
        + extract(month from {{ second_date }}) - extract(month from {{ first_date }})
        - case
            when
                extract(day from {{ first_date }}) > extract(day from {{ second_date }})
                and extract(month from {{ second_date }})
                = extract(month from {{ add_days(second_date, 1) }})
                then 1
            else 0
        end as {{ dbt.type_bigint() }}
    )

{%- endmacro %}
