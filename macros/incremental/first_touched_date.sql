{% macro first_touched_date(first) %}

    {% set answer = run_query(
        "select min(" ~ first ~ ") as first_date from "
        ~ temporary_table('touched_customers__now')
    ) %}

    {% do return(answer.columns[0].values()[0]) %}

{% endmacro %}
