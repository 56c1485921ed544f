{% macro needs_earlier_rows(unique_id) %}

    {% for node in graph.nodes.values()
        if node.resource_type == 'model'
        and node.config.materialized in ['added_up', 'by_period']
        and unique_id in node.depends_on.nodes %}
        {% do return(true) %}
    {% endfor %}

    {% do return(false) %}

{% endmacro %}
