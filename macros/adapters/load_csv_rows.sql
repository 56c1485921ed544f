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

{% macro spark__load_csv_rows(model, agate_table) %}

    {#- Overrides dbt-spark, which leaves quotes inside of a text as they are. -#}
    {% set types = model['config'].get('column_types', {}) %}
    {% set sql %}
        insert into {{ this.render() }} values
        {% for row in agate_table.rows -%}
            (
                {%- for name in agate_table.column_names -%}
                    {%- set value = row[loop.index0] -%}
                    cast(
                        {{- 'null' if value is none else text_literal(value | string) }} as
                        {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) -}}
                    ){{ ',' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
        {% endfor %}
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}

{% endmacro %}
