{% macro spark__list_relations_without_caching(relation) %}

    {#- Overrides dbt-spark, which asks a catalog of Iceberg about each table by itself, a
        second each, and about no view. -#}
    {% if spark_file_format() != 'iceberg' %}
        {% do return(run_query(
            "show table extended in " ~ relation.schema ~ " like '*'"
        )) %}
    {% endif %}

    {% set found = [] %}
    {% for kind in ['table', 'view'] %}
        {% for row in run_query("show " ~ kind ~ "s in " ~ relation.schema) %}
            {% do found.append([
                relation.schema, row[1], false,
                'Type: ' ~ kind | upper ~ ', Provider: iceberg'
            ]) %}
        {% endfor %}
    {% endfor %}

    {% do return(found) %}

{% endmacro %}
