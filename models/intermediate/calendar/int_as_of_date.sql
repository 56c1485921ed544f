{% set as_of_date = setting('as_of_date') %}
{% set run_date = modules.pytz.utc.localize(run_started_at.replace(tzinfo=none))
    .astimezone(modules.pytz.timezone(setting('reporting_timezone'))).date() %}

with

log_edges as (

    select * from {{ ref('int_log_edges') }}

),

survey_responses as (

    select * from {{ ref('stg_survey_responses') }}

),

-- An answer to a survey only says how far back the data reach.
edges as (

    select
        first_occurred_at,
        last_occurred_at

    from log_edges

    union all

    select
        responded_at as first_occurred_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_occurred_at

    from survey_responses

),

observed as (

    select
        cast({{ to_reporting_time('min(first_occurred_at)') }} as date) as first_date,
        cast({{ to_reporting_time('max(last_occurred_at)') }} as date) as last_date

    from edges

),

as_of as (

    select
        {% if as_of_date %}
            cast('{{ as_of_date }}' as date)
        {% else %}
            least(
                coalesce(
                    cast({{ add_days('last_date', 1) }} as date),
                    cast('{{ run_date }}' as date)
                ),
                cast('{{ run_date }}' as date)
            )
        {% endif %} as as_of_date,
        first_date

    from observed

),

as_of_date as (

    select
        as_of_date,
        cast(as_of_date as {{ dbt.type_timestamp() }}) as as_of_at,
        coalesce(
            least(first_date, cast({{ add_days('as_of_date', -1) }} as date)),
            cast({{ add_days('as_of_date', -1) }} as date)
        ) as first_date

    from as_of

)

select * from as_of_date
