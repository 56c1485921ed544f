{% macro replace_touched_sums(relation, keys) %}

    {% set columns = adapter.get_columns_in_relation(relation)
        | map(attribute='quoted') | join(', ') %}
    {% set touched_rows = temporary_table('touched_rows__now') %}
    {% set select_keys = "select " ~ keys ~ " from " ~ touched_rows %}

    {% if needs_earlier_rows(model.unique_id) %}
        {{ keep_earlier_rows(
            "select * from " ~ relation
            ~ " where (" ~ keys ~ ") in (" ~ select_keys ~ " where contributions = 0)"
        ) }}
    {% endif %}

    delete from {{ relation }} where ({{ keys }}) in ({{ select_keys }});

    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from {{ touched_rows }}
    where contributions != 0;

{% endmacro %}
