{% macro is_same_project() %}

    {% set answers = run_query(
        "select count(*) as answer from " ~ build_table('build_state')
        ~ " where fingerprint = '" ~ build_fingerprint() ~ "'"
    ) %}
    {% do return(answers.columns[0].values()[0] | int > 0) %}

{% endmacro %}
