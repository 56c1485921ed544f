{% macro earlier_view(node) %}

    {% set view_name = adapter.quote(node.name ~ '__earlier') %}
    {% set columns = adapter.get_columns_in_relation(ref(node.name))
        | map(attribute='quoted') | join(', ') %}
    {% set earlier = earlier_rows(node.name) %}
    {% set date_column = node.config.meta.get('dated_by') %}
    {% set dated_inputs = model.config.meta.get('dated_inputs', {}) %}

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

        {% if node.config.materialized == 'by_customer' %}
            select {{ columns }}
            from (
                {{ touched_rows(ref(node.name), dated_inputs.get(node.name)) }}
            ) as rows_now
            where
                not exists (
                    select 1
                    from (
                        select
                            customer_id,
                            {{ touched_from_date(date_column) }} as from_date

                        from {{ touched_customers(node.config.meta.touched_by) }}
                        group by customer_id
                    ) as replaced_customers
                    where
                        replaced_customers.customer_id
                        = coalesce(rows_now.customer_id, '')
                        {% if date_column %}
                            and (
                                replaced_customers.from_date is null
                                or rows_now.{{ date_column }}
                                >= replaced_customers.from_date
                            )
                        {% endif %}
                )
        {% else %}
            select {{ columns }} from {{ ref(node.name) }}
        {% endif %}
    {% endset %}
    {% do run_statement(view) %}

    {% do return(view_name) %}

{% endmacro %}
