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

{% macro snowflake__series_of_days(first_date, last_date, source_relation) -%}

    select dateadd(day, cast(day_numbers.value as integer), {{ first_date }}) as date_day
    from {{ source_relation }}
    cross join lateral flatten(
        input => array_generate_range(
            0, datediff(day, {{ first_date }}, {{ last_date }}) + 1
        )
    ) as day_numbers
    where {{ first_date }} <= {{ last_date }}

{%- endmacro %}

{% macro bigquery__series_of_days(first_date, last_date, source_relation) -%}

    select date_day
    from {{ source_relation }}
    cross join unnest(generate_date_array({{ first_date }}, {{ last_date }})) as date_day

{%- endmacro %}
