{% macro sum_of_counts(counts) -%}

    {#- Engines sum whole numbers to a wider type, DuckDB to one of 128 bits, which it reads
        back a hundred times slower. -#}
    cast(sum({{ counts }}) as {{ dbt.type_bigint() }})

{%- endmacro %}
