{% macro create_touched_customers(touched_by) %}

    {% set date_column = model.config.meta.get('dated_by') %}
    {% set looks_back_by = model.config.meta.get('looks_back_by') %}

    {% set touched_from %}
        select
            customer_id,
            {{ touched_from_date(date_column) }} as from_date

        from {{ touched_customers(touched_by) }}
        group by customer_id
    {% endset %}

    {#- The row before the first that is new: `lag` looks at it. -#}
    {% set previous_dates %}
        select
            rows_before.customer_id,
            max(rows_before.{{ date_column }}) as previous_date

        from {{ this }} as rows_before
        inner join ({{ touched_from }}) as touched_from
            on rows_before.customer_id = touched_from.customer_id
        where rows_before.{{ date_column }} < touched_from.from_date
        group by
            rows_before.customer_id,
            {{ looks_back_by }}
    {% endset %}

    {#- An instant in UTC may be of the day before or after, so two days more are read. -#}
    {% set query %}
        select
            touched_from.customer_id,
            touched_from.from_date,
            {% if looks_back_by %}
                cast({{ add_days(
                    'least(touched_from.from_date, min(previous_dates.previous_date))', -2
                ) }} as date) as read_from_date
            {% else %}
                cast({{ add_days('touched_from.from_date', -2) }} as date)
                    as read_from_date
            {% endif %}

        from ({{ touched_from }}) as touched_from
        {% if looks_back_by %}
            left join ({{ previous_dates }}) as previous_dates
                on touched_from.customer_id = previous_dates.customer_id
            group by
                touched_from.customer_id,
                touched_from.from_date
        {% endif %}
    {% endset %}

    {% do create_temporary_table('touched_customers__now', query) %}

{% endmacro %}
