{% macro start_build() %}

    {#- Spark takes one statement at a time, and makes text files unless told. -#}
    {{ return(adapter.dispatch('start_build')()) }}

{% endmacro %}

{% macro default__start_build() %}

    create schema if not exists {{ generate_schema_name('intermediate', none) }};

    {% for name, columns in build_columns().items() %}
        create table if not exists {{ build_table(name) }} ({{ columns }});
    {% endfor %}

    {% if flags.WHICH in ['build', 'run'] %}
        {% for statement in forget_other_builds() %}
            {{ statement }};
        {% endfor %}
        {% if can_leave_tables_behind() %}
            insert into {{ build_table('build_runs') }} values ('{{ invocation_id }}');
        {% endif %}
    {% endif %}

{% endmacro %}

{% macro spark__start_build() %}

    {% do run_statement(
        'create schema if not exists ' ~ generate_schema_name('intermediate', none)
    ) %}

    {% for name, columns in build_columns().items() %}
        {% do run_statement(
            'create table if not exists ' ~ build_table(name) ~ ' (' ~ columns ~ ') '
            ~ file_format_clause()
        ) %}
    {% endfor %}

    {% if continues_builds() and flags.WHICH in ['build', 'run'] %}
        {% for statement in forget_other_builds() %}
            {% do run_statement(statement) %}
        {% endfor %}
        {% if can_leave_tables_behind() %}
            {% do run_statement(
                'insert into ' ~ build_table('build_runs')
                ~ " values ('" ~ invocation_id ~ "')"
            ) %}
        {% endif %}
    {% endif %}

{% endmacro %}
