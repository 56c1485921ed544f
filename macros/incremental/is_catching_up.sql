{% macro is_catching_up() %}

    {% do return(count_rows(build_table('build_runs')) > 1) %}

{% endmacro %}
