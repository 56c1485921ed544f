{% macro continues_builds() %}

    {#- A Parquet table cannot lose single rows; Snowflake and BigQuery, where nothing was
        ever run, know no temporary view: every build is whole there. -#}
    {{ return(adapter.dispatch('continues_builds')()) }}

{% endmacro %}

{% macro default__continues_builds() %}

    {% do return(true) %}

{% endmacro %}

{% macro spark__continues_builds() %}

    {% do return(spark_file_format() == 'iceberg') %}

{% endmacro %}

{% macro snowflake__continues_builds() %}

    {% do return(false) %}

{% endmacro %}

{% macro bigquery__continues_builds() %}

    {% do return(false) %}

{% endmacro %}
