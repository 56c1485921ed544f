{#- What one step of a build tells the next: new loads, touched customers. Where every
    build is whole nobody asks: no rows, instead of a long query. -#}
{% materialization build_note, default %}

    {% if continues_builds() %}
        {% do return(build_whole_table()) %}
    {% endif %}

    {% set old = load_cached_relation(this) %}
    {% if old and not old.is_view %}
        {% do adapter.drop_relation(old) %}
    {% endif %}

    {% call statement('main') %}
        create or replace view {{ this }} as
        select
            {%- for column in model.columns.values() %}
                cast(null as {{ column.data_type or dbt.type_string() }})
                    as {{ column.name }}{{ ',' if not loop.last }}
            {%- endfor %}
        where false
    {% endcall %}

    {% do return({'relations': [this.incorporate(type='view')]}) %}

{% endmaterialization %}
