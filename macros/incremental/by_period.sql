{#- A table whose rows depend on the rows of one period at a time: ranks and shares, which
    cannot be added up. It is built whole at first; after that only the periods of days on
    which a row of a touched customer came out different are computed anew. -#}
{% materialization by_period, default %}

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

    {% do create_touched_periods(
        model.config.meta.touched_by, model.config.meta.dated_by
    ) %}
    {% call statement('main') %}
        delete from {{ this }}
        where
            (period_grain, period_start_date)
            in (select period_grain, period_start_date from touched_periods__now);

        insert into {{ this }} select * from touched_rows__now;
    {% endcall %}
    {% do apply_grants(this, config.get('grants'), should_revoke=False) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {% do drop_touched_rows() %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
