{% macro inputs_by_customer() %}

    {% set inputs = [] %}

    {% for unique_id in model.depends_on.nodes %}
        {% set node = graph.nodes[unique_id] %}
        {% if 'customer_id' in node.columns
            and node.name not in ['int_touched_customers', 'int_changed_customers'] %}
            {% do inputs.append(node) %}
        {% endif %}
    {% endfor %}

    {% do return(inputs) %}

{% endmacro %}
