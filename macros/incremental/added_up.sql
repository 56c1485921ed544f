{#- A table of sums over customers: each row adds up what single customers bring to it.
    It is added up whole at first; after that what touched customers brought before is
    taken away, and what they bring now is added. docs/incremental.md tells the whole
    story. -#}
{% materialization added_up, default %}

    {% call continue_table() %}
        {% set keys = create_touched_sums(
            model.config.meta.touched_by, model.config.meta.sums
        ) %}
        {{ replace_touched_sums(this, keys) }}
    {% endcall %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
