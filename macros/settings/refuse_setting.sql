{% macro refuse_setting(name, value, allowed) %}

    {% do exceptions.raise_compiler_error(
        "The var " ~ name ~ " is '" ~ value ~ "'; allowed: " ~ allowed ~ "."
    ) %}

{% endmacro %}
