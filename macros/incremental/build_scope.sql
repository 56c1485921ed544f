{% macro build_scope(existing_relation, touched_by) %}

    {% if not continues_builds() %}
        {% do return('everybody') %}
    {% endif %}

    {% set is_new = existing_relation is none
        or not existing_relation.is_table
        or should_full_refresh()
        or (not knows_what_is_new() and not is_same_project()) %}

    {#- Whoever reads this table must be built anew as well, in this run or the next. -#}
    {% if is_new %}
        {% do forget_build() %}
        {% do return('everybody') %}
    {% endif %}

    {% set answers = run_query(
        "select max(case log_name when 'everything' then 3 when 'new_periods' then 2"
        ~ " else 1 end) as answer"
        ~ " from " ~ touched_customers(touched_by + ['everything'])
    ) %}
    {% set answer = answers.columns[0].values()[0] | int(0) %}

    {% do return(['nobody', 'touched', 'everybody', 'everybody'][answer]) %}

{% endmacro %}
