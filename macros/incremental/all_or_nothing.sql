{#- A table that is made whole if anything is new since the last finished build, and left
    as it is if nothing is. For models that follow from the loads, from as_of_date and
    from nothing else. -#}
{% materialization all_or_nothing, default %}

    {% set existing_relation = load_cached_relation(this) %}

    {% if existing_relation is none
        or not existing_relation.is_table
        or should_full_refresh()
        or is_anything_new() %}

        {% do build_whole_table() %}

    {% else %}

        {% call noop_statement('main', 'nothing new') %}{% endcall %}

    {% endif %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
