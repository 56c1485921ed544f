{% macro create_touched_rows(touched_by) %}

    {% set query = namespace(sql=sql) %}
    {% set date_column = model.config.meta.get('dated_by') %}

    {% do create_touched_customers(touched_by) %}

    {% for node in inputs_by_customer() %}
        {% set query.sql =
            query.sql | replace(ref(node.name) | string, touched_view(node)) %}
    {% endfor %}

    {#- Of the days that were only read to know what comes after them, nothing is new. -#}
    {% if date_column %}
        {% set query.sql -%}
            select computed_rows.*
            from ({{ query.sql }}) as computed_rows
            inner join {{ temporary_table('touched_customers__now') }} as touched_customers
                on coalesce(computed_rows.customer_id, '') = touched_customers.customer_id
            where
                touched_customers.from_date is null
                or computed_rows.{{ date_column }} >= touched_customers.from_date
        {%- endset %}
    {% endif %}

    {% do create_temporary_table('touched_rows__now', query.sql) %}

{% endmacro %}
