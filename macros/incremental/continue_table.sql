{% macro continue_table(needs_a_finished_build=true) %}

    {% set existing_relation = load_cached_relation(this) %}
    {% set scope = build_scope(existing_relation, model.config.meta.touched_by) %}

    {% if scope == 'everybody'
        or (scope == 'touched' and needs_a_finished_build and is_catching_up()) %}

        {% do build_whole_table() %}

    {#- No transaction is open then, so there is none to commit. -#}
    {% elif scope == 'nobody' %}

        {% call noop_statement('main', 'nobody touched') %}{% endcall %}

    {% else %}

        {{ run_hooks(pre_hooks, inside_transaction=False) }}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}

        {% set statements = caller() %}
        {% call statement('main') %}
            {{ one_at_a_time(statements) }}
        {% endcall %}
        {% do apply_grants(this, config.get('grants'), should_revoke=False) %}

        {{ run_hooks(post_hooks, inside_transaction=True) }}
        {{ adapter.commit() }}
        {{ run_hooks(post_hooks, inside_transaction=False) }}

        {% do drop_touched_rows() %}

    {% endif %}

{% endmacro %}
