{% macro refuse_setting(name, value, allowed) %}

    {% do exceptions.raise_compiler_error(
        "The var " ~ name ~ " is '" ~ value | string | replace("\n", " ")
        ~ "'; allowed: " ~ allowed ~ "."
    ) %}

{% endmacro %}
