{% macro temporary_table(name) -%}

    {#- Spark has no temporary table. One of the model's own is as good, since two models
        that are built at once do not share it. -#}
    {{ return(adapter.dispatch('temporary_table')(name)) }}

{%- endmacro %}

{% macro default__temporary_table(name) -%}

    {%- do return(name) -%}

{%- endmacro %}

{% macro spark__temporary_table(name) -%}

    {%- do return(build_table(model.name ~ '__' ~ name)) -%}

{%- endmacro %}
