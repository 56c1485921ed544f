{% set as_of_date = setting('as_of_date') %}
{% set run_date = modules.pytz.utc.localize(run_started_at.replace(tzinfo=none))
    .astimezone(modules.pytz.timezone(setting('reporting_timezone'))).date() %}

with

subscription_events as (

    select * from {{ ref('stg_subscription_events') }}

),

revenue_events as (

    select * from {{ ref('stg_revenue_events') }}

),

activity_events as (

    select * from {{ ref('stg_activity_events') }}

),

survey_responses as (

    select * from {{ ref('stg_survey_responses') }}

),

-- A scheduled end says nothing about how far the data reach, an answer to a survey only
-- how far back.
edges as (

    select
        min(occurred_at) as first_occurred_at,
        max(
            case
                when event_type not in ('ended', 'cancel_requested') then occurred_at
            end
        ) as last_occurred_at

    from subscription_events

    union all

    select
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at

    from revenue_events

    union all

    select
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at

    from activity_events

    union all

    select
        min(responded_at) as first_occurred_at,
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
