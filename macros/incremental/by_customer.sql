{#- A table whose rows depend on the rows of one customer at a time. It is built whole at
    first; after that only the customers that new loads touch are computed anew, from
    their whole history, by the same SQL: every input with a customer_id is replaced by
    a view of the touched customers' rows. docs/incremental.md tells the whole story. -#}
{% materialization by_customer, default %}

    {% call continue_table(needs_a_finished_build=false) %}
        {% do create_touched_rows(model.config.meta.touched_by) %}
        {{ replace_touched_rows(
            this, model.config.meta.get('passes_changes_on', false)
        ) }}
    {% endcall %}

    {% do return({'relations': [this]}) %}

{% endmaterialization %}
