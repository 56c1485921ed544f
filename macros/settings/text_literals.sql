{% macro text_literals(texts) -%}

    {%- for text in texts -%}
        {{ text_literal(text) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
    {{ text_literal('') if not texts }}

{%- endmacro %}
