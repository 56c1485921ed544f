{% macro series_of_days(first_date, last_date, source_relation) -%}

    {#-
        One row per day, both ends included, named date_day, from a relation of one row.
        Every engine has a generator of rows, each with a name of its own.
    -#}
    {{ adapter.dispatch('series_of_days')(first_date, last_date, source_relation) }}

{%- endmacro %}

{% macro default__series_of_days(first_date, last_date, source_relation) -%}

    {#- Of dates, Postgres would count in the zone of the session, where a midnight may
        not exist. -#}
    select cast(
        generate_series(
            cast({{ first_date }} as timestamp),
            cast({{ last_date }} as timestamp),
            interval '1 day'
        ) as date
    ) as date_day
    from {{ source_relation }}

{%- endmacro %}

{% macro duckdb__series_of_days(first_date, last_date, source_relation) -%}

    select cast(
        unnest(generate_series(
            cast({{ first_date }} as timestamp),
            cast({{ last_date }} as timestamp),
            interval 1 day
        )) as date
    ) as date_day
    from {{ source_relation }}

{%- endmacro %}

{% macro spark__series_of_days(first_date, last_date, source_relation) -%}

    select explode(sequence({{ first_date }}, {{ last_date }})) as date_day
    from {{ source_relation }}
    where {{ first_date }} <= {{ last_date }}

{%- endmacro %}
