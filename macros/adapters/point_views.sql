{% macro point_views(marts, version, version_id, names, gone, live) %}

    {#- Called by refresh.py. A schema of Spark cannot be renamed, so readers ask views, and
        no statement changes two of them. `publication` says first what is coming, and last
        what has come. `alter` replaces a view at once; `create or replace` drops it first. -#}
    {% set next_version = ", cast(%s as string) as next_version_id from " %}
    {% set last = ['publication', 'select *' ~ next_version % 'null' ~ version] %}
    {% set steps = [] %}
    {% if live %}
        {% do steps.append(
            ['publication', 'select *' ~ next_version % ("'" ~ version_id ~ "'") ~ live]
        ) %}
    {% endif %}
    {% for name in names %}
        {% do steps.append([name, 'select * from ' ~ version]) %}
    {% endfor %}

    {% do run_statement('create schema if not exists ' ~ marts) %}
    {% do run_statement(
        'create table if not exists ' ~ version ~ ".publication using parquet "
        ~ "location 'publication'"
    ) %}

    {% set views = [] %}
    {% for row in run_query('show views in ' ~ marts) %}
        {% do views.append(row[1]) %}
    {% endfor %}

    {% for name, query in steps + [last] %}
        {% if loop.last %}
            {% for unknown in gone %}
                {% do run_statement('drop view if exists ' ~ marts ~ '.' ~ unknown) %}
            {% endfor %}
        {% endif %}
        {% do run_statement(
            ('alter' if name in views else 'create') ~ ' view ' ~ marts ~ '.' ~ name
            ~ ' as ' ~ query ~ '.' ~ name
        ) %}
        {% do views.append(name) %}
    {% endfor %}

{% endmacro %}
