{#- A view as dbt makes it, but in place. -#}
{% materialization view, adapter='duckdb' %}

    {% set view = this.incorporate(type='view') %}
    {% do return(build_in_place(view, get_create_view_as_sql(view, sql))) %}

{% endmaterialization %}
