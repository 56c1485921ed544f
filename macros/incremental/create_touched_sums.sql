{% macro create_touched_sums(touched_by, sums) %}

    {% set before = namespace(sql=sql) %}
    {% set after = namespace(sql=sql) %}

    {% do drop_touched_rows() %}
    {% do create_touched_customers(touched_by) %}

    {% for node in inputs_by_customer() %}
        {% set input = ref(node.name) | string %}
        {% set after.sql = after.sql | replace(input, touched_view(node)) %}
        {% set before.sql = before.sql | replace(input, earlier_view(node)) %}
    {% endfor %}

    {% for node in inputs_added_up() %}
        {% set input = ref(node.name) | string %}
        {% set before.sql = before.sql | replace(input, earlier_view(node)) %}
    {% endfor %}

    {% set measures = sums + ['contributions'] %}
    {% set keys = adapter.get_columns_in_relation(this) | map(attribute='name')
        | reject('in', measures) | join(', ') %}

    {#- What changes: all that touched customers bring now, less what they brought. -#}
    {% set steps %}
        create temporary table sum_steps__now as

        select
            {{ keys }},
            {% for measure in measures %}
                sum({{ measure }}) as {{ measure }} {{ ',' if not loop.last }}
            {% endfor %}

        from (
            select {{ keys }}, {{ measures | join(', ') }} from (
                {{ after.sql }}
            ) as rows_now

            union all

            select {{ keys }}, -{{ measures | join(', -') }} from (
                {{ before.sql }}
            ) as rows_before
        ) as steps

        group by {{ keys }}
        having
            {% for measure in measures %}
                sum({{ measure }}) != 0 {{ 'or' if not loop.last }}
            {% endfor %}
    {% endset %}
    {% do run_query(steps) %}

    {% set totals %}
        create temporary table touched_rows__now as

        select
            {{ keys }},
            {% for measure in measures %}
                sum({{ measure }}) as {{ measure }} {{ ',' if not loop.last }}
            {% endfor %}

        from (
            select {{ keys }}, {{ measures | join(', ') }} from sum_steps__now

            union all

            select {{ keys }}, {{ measures | join(', ') }} from {{ this }}
            where ({{ keys }}) in (select {{ keys }} from sum_steps__now)
        ) as steps

        group by {{ keys }}
    {% endset %}
    {% do run_query(totals) %}

    {% do return(keys) %}

{% endmacro %}
