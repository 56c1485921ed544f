{% macro drop_schemas(pattern, kept) %}

    {#- Called by refresh.py, for Spark: what a killed run left is known to the catalog only,
        its files are gone. -#}
    {% for row in run_query('show schemas') %}
        {% set schema = row[0] %}
        {% set known = [] %}
        {% for prefix in kept if schema.startswith(prefix) %}
            {% do known.append(prefix) %}
        {% endfor %}
        {% if modules.re.fullmatch(pattern, schema) and not known %}
            {% do run_statement('drop schema if exists ' ~ schema ~ ' cascade') %}
        {% endif %}
    {% endfor %}

{% endmacro %}
