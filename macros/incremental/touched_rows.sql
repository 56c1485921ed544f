{% macro touched_rows(relation, date_column=none, first='read_from_date') %}

    {% set touched = temporary_table('touched_customers__now') %}

    select * from {{ relation }}
    where
        coalesce(customer_id, '') in (
            select customer_id from {{ touched }}
            {{ 'where from_date is null' if date_column }}
        )

    {#- The first date of all says nothing more, but tells an engine what not to read. -#}
    {% set first_date = first_touched_date(first) if date_column %}
    {% if first_date %}
        union all

        select dated_rows.*
        from {{ relation }} as dated_rows
        inner join {{ touched }} as touched_customers
            on coalesce(dated_rows.customer_id, '') = touched_customers.customer_id
        where
            dated_rows.{{ date_column }} >= cast('{{ first_date }}' as date)
            and dated_rows.{{ date_column }} >= touched_customers.{{ first }}
    {% endif %}

{% endmacro %}
