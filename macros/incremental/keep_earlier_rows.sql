{% macro keep_earlier_rows(relation, is_replaced) %}

    drop table if exists {{ earlier_rows(model.name) }};

    create table {{ earlier_rows(model.name) }} as
    select * from {{ relation }} where {{ is_replaced }};

{% endmacro %}
