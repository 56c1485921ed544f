{% macro earlier_rows(name) %}

    {% do return(build_table(name ~ '__before')) %}

{% endmacro %}
