{% macro spark__split_part(string_text, delimiter_text, part_number) -%}

    {#- Overrides dbt-spark, where a part that is not there stops the query. -#}
    split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})

{%- endmacro %}
