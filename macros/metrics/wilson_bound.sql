{% macro wilson_bound(successes, trials, sign) -%}

    {#- z = 1.959963984540054 (95 %), z * z = 3.841458820694124 -#}
    {%- set k = 'cast(' ~ successes ~ ' as ' ~ type_rate() ~ ')' -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as ' ~ type_rate() ~ '), 0)' -%}
    (
        {{ k }} + 1.920729410347062
        {{ sign }} 1.959963984540054 * sqrt(
            {{ k }} * ({{ n }} - {{ k }}) / {{ n }} + 0.960364705173531
        )
    ) / ({{ n }} + 3.841458820694124)

{%- endmacro %}
