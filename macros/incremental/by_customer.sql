{#- A table whose rows depend on the rows of one customer at a time. It is built whole at
    first; after that only the customers that new loads touch are computed anew, from
    their whole history, by the same SQL: every input with a customer_id is replaced by
    a view of the touched customers' rows. docs/incremental.md tells the whole story. -#}
{% materialization by_customer, default %}

    {% set existing_relation = load_cached_relation(this) %}
    {% set scope = build_scope(existing_relation, model.config.meta.touched_by) %}

    {% if scope == 'everybody' %}
        {% do return(build_whole_table()) %}
    {% endif %}

    {#- No transaction is open then, so there is none to commit. -#}
    {% if scope == 'nobody' %}
        {% call noop_statement('main', 'nobody touched') %}{% endcall %}
        {% do return({'relations': [this]}) %}
    {% endif %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% do create_touched_rows(model.config.meta.touched_by) %}
    {% call statement('main') %}
        {{ replace_touched_rows(
            this, model.config.meta.get('passes_changes_on', false)
        ) }}
    {% endcall %}
    {% do apply_grants(this, config.get('grants'), should_revoke=False) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {% do drop_touched_rows() %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
