{% macro replace_touched_periods(relation) %}

    {% set columns = adapter.get_columns_in_relation(relation)
        | map(attribute='quoted') | join(', ') %}
    {% set touched_periods = temporary_table('touched_periods__now') %}

    delete from {{ relation }}
    where
        (period_grain, period_start_date)
        in (select period_grain, period_start_date from {{ touched_periods }});

    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from {{ temporary_table('touched_rows__now') }};

{% endmacro %}
