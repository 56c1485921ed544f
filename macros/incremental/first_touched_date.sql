{% macro first_touched_date(first) %}

    {#- As text: Python has no day before year 1, a log may. -#}
    {% set answer = run_query(
        "select cast(min(" ~ first ~ ") as " ~ dbt.type_string() ~ ") as first_date"
        ~ " from " ~ temporary_table('touched_customers__now')
    ) %}

    {% do return(answer.columns[0].values()[0]) %}

{% endmacro %}
