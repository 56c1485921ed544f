{% macro source() %}

    {% do return(without_database(builtins.source(*varargs, **kwargs))) %}

{% endmacro %}
