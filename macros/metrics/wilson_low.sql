{% macro wilson_low(successes, trials) -%}

    case
        when {{ trials }} = 0 then null
        when {{ successes }} = 0 then 0
        else {{ wilson_bound(successes, trials, '-') }}
    end

{%- endmacro %}
