-- depends_on: {{ ref('int_build_window') }}
with

survey_responses as (

    select * from {{ ref('stg_survey_responses') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

-- Who opened a survey and gave no score has not answered.
scored_responses as (

    select
        coalesce(survivors.surviving_customer_id, survey_responses.customer_id)
            as customer_id,
        survey_responses.response_id,
        survey_responses.survey_type,
        survey_responses.responded_at,
        {{ to_reporting_time('survey_responses.responded_at') }} as local_at,
        survey_responses.score

    from survey_responses
    left join survivors on survey_responses.customer_id = survivors.customer_id
    where
        survey_responses.survey_type in ('nps', 'csat')
        and survey_responses.score is not null

),

known_answers as (

    select
        scored_responses.customer_id,
        scored_responses.response_id,
        scored_responses.survey_type,
        scored_responses.responded_at,
        cast(scored_responses.local_at as date) as answered_date,
        scored_responses.score

    from scored_responses
    cross join as_of_date
    where scored_responses.local_at < as_of_date.as_of_at

),

-- Many to many on purpose: an answer belongs to one period of each grain.
numbered_answers as (

    select
        known_answers.survey_type,
        period_days.period_grain,
        period_days.period_start_date,
        known_answers.customer_id,
        known_answers.response_id,
        known_answers.score,
        row_number() over (
            partition by
                known_answers.survey_type,
                period_days.period_grain,
                period_days.period_start_date,
                known_answers.customer_id
            order by
                known_answers.responded_at desc,
                known_answers.response_id desc
        ) as answer_number_from_last

    from known_answers
    inner join period_days on known_answers.answered_date = period_days.date_day

),

customer_answers as (

    select
        survey_type,
        period_grain,
        period_start_date,
        customer_id,
        response_id,
        score

    from numbered_answers
    where answer_number_from_last = 1

)

select * from customer_answers
