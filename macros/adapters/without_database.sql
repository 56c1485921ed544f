{% macro without_database(relation) %}

    {#- While dbt parses there may be no relation yet. -#}
    {% if target.type == 'duckdb' and relation.include is defined %}
        {% do return(relation.include(database=false)) %}
    {% endif %}
    {% do return(relation) %}

{% endmacro %}
