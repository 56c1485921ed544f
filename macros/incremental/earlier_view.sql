{% macro earlier_view(node) %}

    {% set view_name = adapter.quote(node.name ~ '__earlier') %}
    {% set columns = adapter.get_columns_in_relation(ref(node.name))
        | map(attribute='quoted') | join(', ') %}

    {#- A model that nobody touched has replaced nothing. -#}
    {% do run_query(
        "create table if not exists " ~ earlier_rows(node.name)
        ~ " as select * from " ~ ref(node.name) ~ " where 1 = 0"
    ) %}

    {% set view %}
        create temporary view {{ view_name }} as

        {% if node.config.materialized == 'by_customer' %}
            {% set own_customers = touched_customers(node.config.meta.touched_by) %}

            select {{ columns }} from {{ earlier_rows(node.name) }}
            where
                coalesce(customer_id, '') in (select customer_id from {{ own_customers }})

            union all

            select {{ columns }} from {{ ref(node.name) }}
            where
                coalesce(customer_id, '')
                in (select customer_id from touched_customers__now)
                and coalesce(customer_id, '')
                not in (select customer_id from {{ own_customers }})
        {% else %}
            select {{ columns }} from {{ earlier_rows(node.name) }}

            union all

            select {{ columns }} from {{ ref(node.name) }}
        {% endif %}
    {% endset %}
    {% do run_query(view) %}

    {% do return(view_name) %}

{% endmacro %}
