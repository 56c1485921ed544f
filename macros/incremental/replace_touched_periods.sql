{% macro replace_touched_periods(relation) %}

    {% set columns = adapter.get_columns_in_relation(relation)
        | map(attribute='quoted') | join(', ') %}

    delete from {{ relation }}
    where
        (period_grain, period_start_date)
        in (select period_grain, period_start_date from touched_periods__now);

    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from touched_rows__now;

{% endmacro %}
