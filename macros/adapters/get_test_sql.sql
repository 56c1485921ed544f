{% macro postgres__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}

    {#- Overrides dbt: tests join as models do, and have no hooks. -#}
    {{ plan_large_joins() }};
    {{ default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}

{%- endmacro %}
