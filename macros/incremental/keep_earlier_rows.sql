{% macro keep_earlier_rows(relation, is_replaced) %}

    {% do adapter.cache_added(earlier_rows(model.name)) %}
    {{ drop_table(earlier_rows(model.name)) }};

    create table {{ earlier_rows(model.name) }} as
    select * from {{ relation }} where {{ is_replaced }};

{% endmacro %}
