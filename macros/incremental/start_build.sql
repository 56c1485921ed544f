{% macro start_build() %}

    create schema if not exists {{ generate_schema_name('intermediate', none) }};

    {% for name, columns in build_columns().items() %}
        create table if not exists {{ build_table(name) }} ({{ columns }})
            {{ file_format_clause() }};
    {% endfor %}

    {% if continues_builds() and flags.WHICH in ['build', 'run'] %}
        {#- Of a table from before there was one; null is the whole history. -#}
        {% for name in ['build_touched', 'int_touched_customers'] %}
            {{ add_missing_column(build_table(name), 'from_date', 'date') }};
        {% endfor %}
        {% for statement in forget_other_builds() %}
            {{ statement }};
        {% endfor %}
        {% if can_leave_tables_behind() %}
            insert into {{ build_table('build_runs') }} values ('{{ invocation_id }}');
        {% endif %}
    {% endif %}

{% endmacro %}
