{% macro earlier_view(node) %}

    {% set view_name = adapter.quote(node.name ~ '__earlier') %}
    {% set columns = adapter.get_columns_in_relation(ref(node.name))
        | map(attribute='quoted') | join(', ') %}
    {% set touched_customers_now = temporary_table('touched_customers__now') %}
    {% set earlier = earlier_rows(node.name) %}

    {% set view %}
        create or replace temporary view {{ view_name }} as

        {#- A model that nobody touched has replaced nothing. -#}
        {% if load_cached_relation(earlier) %}
            select {{ columns }} from {{ earlier }}

            {% if node.config.materialized == 'by_customer' %}
                where
                    coalesce(customer_id, '') in (
                        select customer_id
                        from {{ touched_customers(node.config.meta.touched_by) }}
                    )
            {% endif %}

            union all
        {% endif %}

        select {{ columns }} from {{ ref(node.name) }}

        {% if node.config.materialized == 'by_customer' %}
            where
                coalesce(customer_id, '')
                in (select customer_id from {{ touched_customers_now }})
                and coalesce(customer_id, '') not in (
                    select customer_id
                    from {{ touched_customers(node.config.meta.touched_by) }}
                )
        {% endif %}
    {% endset %}
    {% do run_statement(view) %}

    {% do return(view_name) %}

{% endmacro %}
