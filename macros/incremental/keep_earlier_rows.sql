{% macro keep_earlier_rows(rows) %}

    {% do adapter.cache_added(earlier_rows(model.name)) %}
    {{ drop_table(earlier_rows(model.name)) }};

    create table {{ earlier_rows(model.name) }} as
    {{ rows }};

{% endmacro %}
