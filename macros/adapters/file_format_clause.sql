{% macro spark__file_format_clause() -%}

    {#- Overrides dbt-spark: without a format Spark would write text files. -#}
    using {{ spark_file_format() }}

{%- endmacro %}
