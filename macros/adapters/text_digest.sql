{% macro text_digest(text) -%}

    {#- No two engines turn hexadecimal digits into a number the same way. -#}
    {{ adapter.dispatch('text_digest')(text) }}

{%- endmacro %}

{% macro default__text_digest(text) -%}

    cast('0x' || substr(md5({{ text }}), 1, 15) as bigint)

{%- endmacro %}

{% macro postgres__text_digest(text) -%}

    cast(cast('x0' || substr(md5({{ text }}), 1, 15) as bit(64)) as bigint)

{%- endmacro %}

{% macro spark__text_digest(text) -%}

    cast(conv(substr(md5({{ text }}), 1, 15), 16, 10) as bigint)

{%- endmacro %}

{% macro snowflake__text_digest(text) -%}

    cast(
        to_number(substr(md5({{ text }}), 1, 15), 'XXXXXXXXXXXXXXX')
        as {{ dbt.type_bigint() }}
    )

{%- endmacro %}

{% macro bigquery__text_digest(text) -%}

    cast('0x' || substr(to_hex(md5({{ text }})), 1, 15) as int64)

{%- endmacro %}
