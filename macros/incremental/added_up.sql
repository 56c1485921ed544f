{#- A table of sums over customers: each row adds up what single customers bring to it.
    It is added up whole at first; after that what touched customers brought before is
    taken away, and what they bring now is added. docs/incremental.md tells the whole
    story. -#}
{% materialization added_up, default %}

    {% set existing_relation = load_cached_relation(this) %}
    {% set scope = build_scope(existing_relation, model.config.meta.touched_by) %}

    {% if scope == 'everybody' or (scope == 'touched' and is_catching_up()) %}
        {% do return(build_whole_table()) %}
    {% endif %}

    {#- No transaction is open then, so there is none to commit. -#}
    {% if scope == 'nobody' %}
        {% call noop_statement('main', 'nobody touched') %}{% endcall %}
        {% do return({'relations': [this]}) %}
    {% endif %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% set keys = create_touched_sums(
        model.config.meta.touched_by, model.config.meta.sums
    ) %}
    {% call statement('main') %}
        {{ replace_touched_sums(this, keys) }}
    {% endcall %}
    {% do apply_grants(this, config.get('grants'), should_revoke=False) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {% do drop_touched_rows() %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
