{#- A unit test, as dbt has it, with two changes: the table whose columns name the types is
    made by run_statement, because a Thrift server of Spark gives no rows for it; and times
    are fetched as text, because Python reads no time of Spark in the year 1. -#}
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
    {% set fetched = [] %}
    {% for name in tested_columns %}
        {% set column = quoted[name | lower] %}
        {% do compared.append(column) %}
        {% do fetched.append(
            'cast(' ~ column ~ ' as string) as ' ~ column
            if types[name | lower] == 'timestamp' else column
        ) %}
    {% endfor %}

    {% set found = 'select ' ~ fetched | join(', ') ~ ' from (' %}
    {% set expected = expected_sql or get_expected_sql(expected_rows, types, quoted) %}
    {% call statement('main', fetch_result=True) %}
        {{ get_unit_test_sql(
            found ~ sql ~ ')', found ~ expected ~ ')', compared
        ) }}
    {% endcall %}

    {% do adapter.drop_relation(temp_relation) %}

    {% do return({'relations': []}) %}

{% endmaterialization %}
