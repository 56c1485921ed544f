{% macro can_leave_tables_behind() %}

    {#- While dbt parses there is no graph, and nothing is run. -#}
    {% if execute %}
        {% for node in graph.nodes.values()
            if node.unique_id in selected_resources
            and node.resource_type == 'model'
            and node.config.materialized not in ['view', 'always'] %}
            {% do return(true) %}
        {% endfor %}
    {% endif %}

    {% do return(false) %}

{% endmacro %}
