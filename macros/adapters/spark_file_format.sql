{% macro spark_file_format() -%}

    {#- Of all tables alike, those of dbt_project.yml and those that hooks make. -#}
    {{ return(env_var('DBT_SPARK_FILE_FORMAT', 'parquet')) }}

{%- endmacro %}
