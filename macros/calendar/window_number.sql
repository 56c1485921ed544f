{% macro window_number(instant, days) -%}

    floor(
        {{ days_between("cast('1970-01-01' as date)", 'cast(' ~ instant ~ ' as date)') }}
        / cast({{ days }} as {{ type_rate() }})
    )

{%- endmacro %}
