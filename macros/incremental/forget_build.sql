{% macro forget_build() %}

    {% set state = build_table('build_state') %}
    {% set touched = build_table('int_touched_customers') %}

    {% if adapter.get_relation(state.database, state.schema, state.identifier) %}
        {% do run_statement("delete from " ~ state ~ " where true") %}
    {% endif %}

    {% if load_cached_relation(touched) %}
        {% do run_statement("delete from " ~ touched ~ " where true") %}
        {% do run_statement(
            "insert into " ~ touched ~ " (customer_id, log_name) values ('', 'everything')"
        ) %}
    {% endif %}

{% endmacro %}
