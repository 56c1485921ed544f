{% macro wilson_high(successes, trials) -%}

    case
        when {{ trials }} = 0 then null
        when {{ successes }} = {{ trials }} then 1
        else {{ wilson_bound(successes, trials, '+') }}
    end

{%- endmacro %}
