{#- A table that every build makes: it tells whether anything is new, or follows from more
    than loads and as_of_date. -#}
{% materialization always, default %}

    {% do return(build_whole_table()) %}

{% endmaterialization %}
