{% macro replace_touched_rows(relation, passes_changes_on) %}

    {% set columns = adapter.get_columns_in_relation(relation)
        | map(attribute='quoted') | join(', ') %}
    {% set new_rows = temporary_table('touched_rows__now') %}
    {% set touched = temporary_table('touched_customers__now') %}
    {% set date_column = model.config.meta.get('dated_by') %}
    {% set old_rows = touched_rows(relation, date_column, 'from_date') %}

    {% if passes_changes_on %}

        insert into {{ build_table('build_changes') }} (customer_id)
        with

        old_rows as (
            select {{ known_columns(relation, 'known_until_at') }}
            from ({{ old_rows }}) as replaced_rows
        ),

        new_rows as (
            select {{ known_columns(relation, 'as_of_at') }} from {{ new_rows }}
        ),

        differences as (
            (select * from old_rows except select * from new_rows)
            union all
            (select * from new_rows except select * from old_rows)
        )

        select customer_id
        from differences
        group by customer_id;

    {% endif %}

    {% if needs_earlier_rows(model.unique_id) %}
        {{ keep_earlier_rows(old_rows) }}
    {% endif %}

    delete from {{ relation }}
    where
        coalesce(customer_id, '') in (
            select customer_id from {{ touched }}
            {{ 'where from_date is null' if date_column }}
        );

    {% set first_date = first_touched_date('from_date') if date_column %}
    {% if first_date %}
        delete from {{ relation }} as dated_rows
        where
            dated_rows.{{ date_column }} >= cast('{{ first_date }}' as date)
            and exists (
                select 1
                from {{ touched }} as touched_customers
                where
                    touched_customers.customer_id = coalesce(dated_rows.customer_id, '')
                    and dated_rows.{{ date_column }} >= touched_customers.from_date
            );
    {% endif %}

    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from {{ new_rows }};

{% endmacro %}
