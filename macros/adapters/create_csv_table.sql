{% macro spark__create_csv_table(model, agate_table) %}

    {#- Overrides dbt-spark: Spark 3.5 hands the length of a seed's text on to models, where
        it is no text in the eyes of a contract. -#}
    {% set types = model['config'].get('column_types', {}) %}
    {% set sql %}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names -%}
                {%- set type = types.get(
                    name, adapter.convert_type(agate_table, loop.index0)
                ) -%}
                {{ name }} {{ 'string' if type.startswith('varchar') else type }}
                {{- ', ' if not loop.last }}
            {%- endfor -%}
        )
        {{ file_format_clause() }}
    {% endset %}
    {% do run_statement(sql) %}
    {{ return(sql) }}

{% endmacro %}
