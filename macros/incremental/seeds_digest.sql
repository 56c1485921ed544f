{% macro seeds_digest() %}

    {% set parts = [] %}

    {% if execute %}
        {% for node in graph.nodes.values() if node.resource_type == 'seed' %}
            {% do parts.append(node.unique_id ~ '=' ~ node.checksum.checksum) %}
        {% endfor %}
    {% endif %}

    {% do return(local_md5(parts | sort | join('\n'))) %}

{% endmacro %}
