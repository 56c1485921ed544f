{% macro is_same_project() %}

    {% do return(count_rows(
        build_table('build_state')
        ~ " where fingerprint = '" ~ build_fingerprint() ~ "'"
    ) > 0) %}

{% endmacro %}
