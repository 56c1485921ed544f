{% macro one_at_a_time(statements) -%}

    {#- A Thrift server of Spark takes one statement at a time; others take all at once, in
        one transaction. -#}
    {{ return(adapter.dispatch('one_at_a_time')(statements)) }}

{%- endmacro %}

{% macro default__one_at_a_time(statements) -%}

    {%- do return(statements) -%}

{%- endmacro %}

{% macro spark__one_at_a_time(statements) -%}

    {%- set waiting = [] -%}
    {%- for statement in statements.split(';') if statement | trim -%}
        {%- do waiting.append(statement) -%}
    {%- endfor -%}

    {%- for statement in waiting[:-1] -%}
        {%- do run_statement(statement) -%}
    {%- endfor -%}

    {%- do return(waiting[-1] if waiting else '') -%}

{%- endmacro %}
