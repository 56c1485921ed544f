{% macro round_money(amount) -%}

    {#- Engines round alike, but DuckDB divides by 128 bits, seven times slower than by 64. -#}
    {{ return(adapter.dispatch('round_money')(amount)) }}

{%- endmacro %}

{% macro default__round_money(amount) -%}

    cast(round({{ amount }}, 4) as {{ type_money_sum() }})

{%- endmacro %}

{% macro duckdb__round_money(amount) -%}

    case
        when {{ amount }} between -9999 and 9999
            then
                cast(
                    round(cast({{ amount }} as {{ type_decimal(18, 14) }}), 4)
                    as {{ type_money_sum() }}
                )
        else {{ default__round_money(amount) }}
    end

{%- endmacro %}
