{% macro gather_statistics() -%}

    {#- After each model. Postgres knows nothing about a table that was made a moment ago,
        and begins a join with the pair that makes most rows. -#}
    {{ return(adapter.dispatch('gather_statistics')()) }}

{%- endmacro %}

{% macro default__gather_statistics() -%}{%- endmacro %}

{% macro postgres__gather_statistics() -%}

    {%- if model.config.materialized != 'view' -%} analyze {{ this }} {%- endif -%}

{%- endmacro %}
