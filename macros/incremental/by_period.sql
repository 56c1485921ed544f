{#- A table whose rows depend on the rows of one period at a time: ranks and shares, which
    cannot be added up. It is built whole at first; after that only the periods of days on
    which a row of a touched customer came out different are computed anew. -#}
{% materialization by_period, default %}

    {% call continue_table() %}
        {% do create_touched_periods(
            model.config.meta.touched_by, model.config.meta.dated_inputs
        ) %}
        {{ replace_touched_periods(this) }}
    {% endcall %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
