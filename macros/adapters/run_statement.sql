{% macro run_statement(sql) %}

    {#- run_query asks for rows, and a Thrift server of Spark has none for a `create`. -#}
    {% call statement('run_statement', fetch_result=False, auto_begin=False) %}
        {{ sql }}
    {% endcall %}

{% endmacro %}
