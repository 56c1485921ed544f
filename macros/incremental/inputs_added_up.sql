{% macro inputs_added_up() %}

    {% set inputs = [] %}

    {% for unique_id in model.depends_on.nodes %}
        {% set node = graph.nodes[unique_id] %}
        {% if node.config.materialized == 'added_up' %}
            {% do inputs.append(node) %}
        {% endif %}
    {% endfor %}

    {% do return(inputs) %}

{% endmacro %}
