with

survey_responses as (

    select * from {{ source('raw', 'survey_responses') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        survey_responses.response_id,
        survey_responses.customer_id,
        survey_responses.survey_type,
        survey_responses.responded_at,
        survey_responses.score,
        survey_responses.reason_code,
        row_number() over (
            partition by
                survey_responses.response_id
            order by
                coalesce(survey_responses.recorded_at, survey_responses.loaded_at) desc,
                survey_responses.load_id
        ) as version_number

    from survey_responses
    inner join loads on survey_responses.load_id = loads.load_id

),

newest_versions as (

    select
        response_id,
        customer_id,
        survey_type,
        responded_at,
        score,
        reason_code

    from versions
    where version_number = 1

)

select * from newest_versions
