{% macro finish_build(results) %}

    {#- Where every build is whole, nothing need be remembered. -#}
    {% if not (execute and continues_builds()) %}
        {% do return('') %}
    {% endif %}

    {% set done = [] %}
    {% set missing = [] %}
    {% set missing_seeds = [] %}

    {% if flags.WHICH in ['build', 'run', 'seed'] %}
        {% for result in results if result.status == 'success' %}
            {% do done.append(result.node.unique_id) %}
        {% endfor %}

        {#- A view that was made before its file changed is another view. -#}
        {% set is_first = count_rows(build_table('build_state')) == 0 %}

        {% for node in graph.nodes.values() if node.unique_id not in done %}
            {% if node.resource_type == 'seed' %}
                {% do missing_seeds.append(node.unique_id) %}
            {% elif node.resource_type == 'model'
                and (is_first or node.config.materialized != 'view') %}
                {% do missing.append(node.unique_id) %}
            {% endif %}
        {% endfor %}

        {% if not missing_seeds %}
            delete from {{ build_table('built_seeds') }} where true;

            insert into {{ build_table('built_seeds') }} values ('{{ seeds_digest() }}');
        {% elif count_rows(
            build_table('built_seeds') ~ " where digest = '" ~ seeds_digest() ~ "'"
        ) == 0 %}
            {% do missing.extend(missing_seeds) %}
        {% endif %}
    {% endif %}

    {#- A run that left a model out is not finished: the next one starts where it did. -#}
    {% if flags.WHICH in ['build', 'run'] and not missing %}

        delete from {{ build_table('build_state') }} where true;
        delete from {{ build_table('built_loads') }} where true;
        delete from {{ build_table('built_survivors') }} where true;
        delete from {{ build_table('built_rates') }} where true;
        delete from {{ build_table('build_touched') }} where true;
        delete from {{ build_table('build_changes') }} where true;
        delete from {{ build_table('build_runs') }} where true;
        delete from {{ build_table('int_touched_customers') }} where true;
        delete from {{ build_table('int_changed_customers') }} where true;

        update {{ build_table('int_new_loads') }} set is_new = false where is_new;

        insert into {{ build_table('built_loads') }}
        select load_id from {{ build_table('int_new_loads') }};

        insert into {{ build_table('built_survivors') }}
        select customer_id, surviving_customer_id
        from {{ build_table('int_customer_survivors') }};

        insert into {{ build_table('built_rates') }}
        select currency, month_start_date, rate
        from {{ build_table('int_exchange_rates') }};

        insert into {{ build_table('build_state') }}
        select '{{ build_fingerprint() }}', as_of_date, first_date
        from {{ build_table('int_as_of_date') }};

        {% for node in graph.nodes.values()
            if node.resource_type == 'model' and needs_earlier_rows(node.unique_id) %}
            {{ drop_table(earlier_rows(node.name)) }};
        {% endfor %}

    {% endif %}

{% endmacro %}
