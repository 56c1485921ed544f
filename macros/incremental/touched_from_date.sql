{% macro touched_from_date(date_column) -%}

    {%- set first_date = earliest('from_date') -%}
    {%- set starts = [] -%}

    {#- A row about a period depends on all of its days. -#}
    {%- if date_column == 'period_start_date' -%}
        {%- for period_grain in setting('customer_period_grains') -%}
            {%- do starts.append(start_of_period(period_grain, first_date)) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- if starts | length > 1 -%}
        least({{ starts | join(', ') }})
    {%- else -%}
        {{ starts[0] if starts else first_date }}
    {%- endif -%}

{%- endmacro %}
