{% macro is_catching_up() %}

    {% set answers = run_query(
        "select count(*) as answer from " ~ build_table('build_runs')
    ) %}
    {% do return(answers.columns[0].values()[0] | int > 1) %}

{% endmacro %}
