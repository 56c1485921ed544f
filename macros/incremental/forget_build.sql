{% macro forget_build() %}

    {% set state = build_table('build_state') %}
    {% set touched = build_table('int_touched_customers') %}

    {#- Rows that are gone are not deleted again: on a server that would wait for the model
        that deleted them. -#}
    {% if adapter.get_relation(state.database, state.schema, state.identifier)
        and count_rows(state) > 0 %}
        {% do run_statement("delete from " ~ state ~ " where true") %}
    {% endif %}

    {% if load_cached_relation(touched)
        and count_rows(touched ~ " where log_name = 'everything'") == 0 %}
        {% do run_statement("delete from " ~ touched ~ " where true") %}
        {% do run_statement(
            "insert into " ~ touched ~ " (customer_id, log_name)"
            ~ " values ('', 'everything')"
        ) %}
    {% endif %}

{% endmacro %}
