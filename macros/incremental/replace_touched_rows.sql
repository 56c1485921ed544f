{% macro replace_touched_rows(relation, passes_changes_on) %}

    {% set columns = adapter.get_columns_in_relation(relation)
        | map(attribute='quoted') | join(', ') %}
    {% set is_touched =
        "coalesce(customer_id, '') in (select customer_id from "
        ~ temporary_table('touched_customers__now') ~ ")" %}
    {% set touched_rows = temporary_table('touched_rows__now') %}

    {% if passes_changes_on %}

        insert into {{ build_table('build_changes') }} (customer_id)
        with

        old_rows as (
            select {{ known_columns(relation, 'known_until_at') }}
            from {{ relation }} where {{ is_touched }}
        ),

        new_rows as (
            select {{ known_columns(relation, 'as_of_at') }} from {{ touched_rows }}
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
        {{ keep_earlier_rows(relation, is_touched) }}
    {% endif %}

    delete from {{ relation }} where {{ is_touched }};

    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from {{ touched_rows }};

{% endmacro %}
