{% macro divide_half_up(numerator, denominator) -%}

    {#-
        Money with 4 decimals from an exact amount of 0 or more with 8, null over 0: never
        through a double, because a half must round away from zero. No engine divides
        decimals exactly, so all divide whole numbers: floor((2n + d) / 2d), in units of a
        ten-thousandth.
    -#}
    {{ adapter.dispatch('divide_half_up')(numerator, denominator) }}

{%- endmacro %}

{% macro default__divide_half_up(numerator, denominator) -%}

    cast(div(
        cast(2 * ({{ numerator }}) * 10000 + ({{ denominator }}) as numeric),
        cast(2 * ({{ denominator }}) as numeric)
    ) * 0.0001 as {{ type_money() }})

{%- endmacro %}

{% macro duckdb__divide_half_up(numerator, denominator) -%}

    cast(cast(
        (
            2 * cast(cast({{ numerator }} as decimal(30, 8)) * 100000000 as hugeint)
            + cast({{ denominator }} as hugeint) * 10000
        ) // (cast({{ denominator }} as hugeint) * 20000)
        as decimal(22, 0)
    ) * 0.0001 as {{ type_money() }})

{%- endmacro %}

{% macro spark__divide_half_up(numerator, denominator) -%}

    cast((
        (2 * ({{ numerator }}) * 10000 + ({{ denominator }})) div (2 * ({{ denominator }}))
    ) * 0.0001 as {{ type_money() }})

{%- endmacro %}

{% macro snowflake__divide_half_up(numerator, denominator) -%}

    {#- Its quotients are rounded to 6 decimals: the remainder is taken off before. -#}
    {%- set doubled = 'cast(floor(2 * (' ~ numerator ~ ') * 10000 + (' ~ denominator
        ~ ')) as decimal(38, 0))' -%}
    cast((
        ({{ doubled }} - mod({{ doubled }}, 2 * ({{ denominator }})))
        / (2 * ({{ denominator }}))
    ) * 0.0001 as {{ type_money() }})

{%- endmacro %}

{% macro bigquery__divide_half_up(numerator, denominator) -%}

    {#- A bare 0.0001 would be a float there. -#}
    (
        div(
            cast(2 * ({{ numerator }}) * 10000 + ({{ denominator }}) as {{ type_money() }}),
            cast(2 * ({{ denominator }}) as {{ type_money() }})
        ) * cast('0.0001' as {{ type_money() }})
    )

{%- endmacro %}
