{% macro build_table(name) %}

    {% do return(api.Relation.create(
        database=target.get('database'),
        schema=generate_schema_name('intermediate', none),
        identifier=name,
        type='table'
    )) %}

{% endmacro %}
