{% macro refuse_setting(name, value, allowed) %}

    {#- One line, not endless, and nothing in it that a terminal would obey. -#}
    {% set unshown = '[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]' %}
    {% set shown = modules.re.sub(unshown, ' ', value | string) %}
    {% set shown = shown if shown | length <= 100 else shown[:100] ~ '...' %}
    {% do exceptions.raise_compiler_error(
        "The var " ~ name ~ " is '" ~ shown ~ "'; allowed: " ~ allowed ~ "."
    ) %}

{% endmacro %}
