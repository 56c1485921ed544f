{% macro earliest(date) -%}

    case when count(*) = count({{ date }}) then min({{ date }}) end

{%- endmacro %}
