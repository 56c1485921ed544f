{#- A unit test, as dbt has it, with one change: the table whose columns name the types is
    made by run_statement, because a Thrift server of Spark gives no rows for it. -#}
{% materialization unit, adapter='spark' %}

    {% set expected_rows = config.get('expected_rows') %}
    {% set expected_sql = config.get('expected_sql') %}
    {% set tested_columns = expected_rows[0].keys() if expected_rows
        else get_columns_in_query(sql) %}

    {% set temp_relation = make_temp_relation(this.incorporate(type='table')) %}
    {% do run_statement(
        get_create_table_as_sql(True, temp_relation, get_empty_subquery_sql(sql))
    ) %}

    {% set types = {} %}
    {% set quoted = {} %}
    {% for column in adapter.get_columns_in_relation(temp_relation) %}
        {% do types.update({column.name | lower: column.data_type}) %}
        {% do quoted.update({column.name | lower: column.quoted}) %}
    {% endfor %}

    {% set compared = [] %}
    {% for name in tested_columns %}
        {% do compared.append(quoted[name | lower]) %}
    {% endfor %}

    {% call statement('main', fetch_result=True) %}
        {{ get_unit_test_sql(
            sql, expected_sql or get_expected_sql(expected_rows, types, quoted), compared
        ) }}
    {% endcall %}

    {% do adapter.drop_relation(temp_relation) %}

    {% do return({'relations': []}) %}

{% endmaterialization %}
