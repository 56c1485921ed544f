{% macro bigquery__load_csv_rows(model, agate_table) %}

    {#- Overrides dbt-bigquery: types of seeds are named as DuckDB and Postgres do. -#}
    {% set types = {} %}
    {% for name, type in model.config.column_types.items() %}
        {% do types.update({name: bigquery_type(type)}) %}
    {% endfor %}
    {{ adapter.load_dataframe(
        model.database, model.schema, model.alias, agate_table, types,
        model.config.delimiter
    ) }}

{% endmacro %}
