{% macro create_touched_sums(touched_by, sums) %}

    {% set before = namespace(sql=sql) %}
    {% set after = namespace(sql=sql) %}

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
    {% do create_temporary_table('sum_steps__now', steps) %}
    {% set sum_steps = temporary_table('sum_steps__now') %}

    {% set totals %}
        select
            {{ keys }},
            {% for measure in measures %}
                sum({{ measure }}) as {{ measure }} {{ ',' if not loop.last }}
            {% endfor %}

        from (
            select {{ keys }}, {{ measures | join(', ') }} from {{ sum_steps }}

            union all

            select {{ keys }}, {{ measures | join(', ') }} from {{ this }}
            where ({{ keys }}) in (select {{ keys }} from {{ sum_steps }})
        ) as steps

        group by {{ keys }}
    {% endset %}
    {% do create_temporary_table('touched_rows__now', totals) %}

    {% do return(keys) %}

{% endmacro %}
