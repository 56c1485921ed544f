{% macro forget_build() %}

    {% set state = build_table('build_state') %}
    {% set touched = build_table('int_touched_customers') %}

    {#- A build has done so at its start. -#}
    {% if flags.WHICH == 'run-operation' %}
        {% set add_column = add_missing_column(touched, 'from_date', 'date') %}
        {% if add_column | trim %}
            {% do run_statement(add_column) %}
        {% endif %}
    {% endif %}

    {#- The marker comes first and nothing is taken away: a model beside this one that has
        not looked yet sees it, and one that has looked finds whom it saw. -#}
    {% if load_cached_relation(touched)
        and count_rows(touched ~ " where log_name = 'everything'") == 0 %}
        {% do run_statement(
            "insert into " ~ touched ~ " (customer_id, log_name, from_date)"
            ~ " values ('', 'everything', cast(null as date))"
        ) %}
    {% endif %}

    {#- Rows that are gone are not deleted again: on a server that would wait for the model
        that deleted them. -#}
    {% if adapter.get_relation(state.database, state.schema, state.identifier)
        and count_rows(state) > 0 %}
        {% do run_statement("delete from " ~ state ~ " where true") %}
    {% endif %}

{% endmacro %}
