{% macro ref() %}

    {% do return(without_database(builtins.ref(*varargs, **kwargs))) %}

{% endmacro %}
