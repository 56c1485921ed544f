{% macro count_rows(relation) %}

    {% set answers = run_query("select count(*) as answer from " ~ relation) %}
    {% do return(answers.columns[0].values()[0] | int) %}

{% endmacro %}
