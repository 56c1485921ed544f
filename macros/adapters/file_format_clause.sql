{% macro file_format_clause() -%}

    {#- Takes the place of dbt-spark's, for the tables that hooks make too: without a format
        Spark would write text files. -#}
    {{ return(adapter.dispatch('file_format_clause')()) }}

{%- endmacro %}

{% macro default__file_format_clause() -%}

    {%- do return('') -%}

{%- endmacro %}

{% macro spark__file_format_clause() -%}

    using {{ spark_file_format() }}

{%- endmacro %}
