{% macro build_in_place(relation, create_statement) %}

    {#- Of DuckDB only: others wait for readers before they drop what is being read. -#}
    {% set existing_relation = load_cached_relation(this) %}

    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}

    {% call statement('main') %}
        {% if existing_relation is not none -%}
            drop {{ existing_relation.type }} if exists {{ existing_relation }};
        {%- endif %}
        {{ create_statement }}
    {% endcall %}

    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {% do apply_grants(relation, config.get('grants'), should_revoke=false) %}
    {% do persist_docs(relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=false) }}

    {% do return({'relations': [relation]}) %}

{% endmacro %}
