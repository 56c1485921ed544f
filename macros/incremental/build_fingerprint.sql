{% macro build_fingerprint() %}

    {% set parts = [] %}

    {% for name in setting_rules() if name != 'as_of_date' %}
        {% do parts.append(name ~ '=' ~ setting(name)) %}
    {% endfor %}

    {% if execute %}
        {% for node in graph.nodes.values()
            if node.resource_type in ['model', 'seed'] %}
            {% do parts.append(node.unique_id ~ '=' ~ node.checksum.checksum) %}
        {% endfor %}
    {% endif %}

    {% do return(local_md5(parts | sort | join('\n'))) %}

{% endmacro %}
