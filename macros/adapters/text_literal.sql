{% macro text_literal(text) -%}

    {#- Some engines read a backslash as an escape, and two quotes as an end and a
        beginning. -#}
    {{- return(adapter.dispatch('text_literal')(text)) -}}

{%- endmacro %}

{% macro default__text_literal(text) -%}

    '{{ text | replace("'", "''") }}'

{%- endmacro %}

{% macro spark__text_literal(text) -%}

    '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'

{%- endmacro %}

{% macro snowflake__text_literal(text) -%} {{ spark__text_literal(text) }} {%- endmacro %}

{% macro bigquery__text_literal(text) -%} {{ spark__text_literal(text) }} {%- endmacro %}
