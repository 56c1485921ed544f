-- A row is a month and survey whose respondents, high or low scores are not those of
-- the answers which no later answer of the same customer in the same month replaces.
with

survey_responses as (

    select * from {{ ref('stg_survey_responses') }}
    where
        survey_type in ('nps', 'csat')
        and score is not null

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

nps_by_period as (

    select * from {{ ref('metrics_nps_by_period') }}
    where period_grain = 'month'

),

csat_by_period as (

    select * from {{ ref('metrics_csat_by_period') }}
    where period_grain = 'month'

),

monthly_answers as (

    select
        survey_responses.survey_type,
        survey_responses.response_id,
        survey_responses.responded_at,
        survey_responses.score,
        coalesce(survivors.surviving_customer_id, survey_responses.customer_id)
            as customer_id,
        {{ start_of_period(
            'month', to_reporting_time('survey_responses.responded_at')
        ) }} as period_start_date

    from survey_responses
    left join survivors on survey_responses.customer_id = survivors.customer_id
    cross join as_of_date
    where
        {{ to_reporting_time('survey_responses.responded_at') }} < as_of_date.as_of_at

),

-- Many to many on purpose: every two answers of a customer in a month.
replaced_answers as (

    select answers.response_id
    from monthly_answers as answers
    inner join monthly_answers as later_answers
        on
            answers.survey_type = later_answers.survey_type
            and answers.period_start_date = later_answers.period_start_date
            and answers.customer_id = later_answers.customer_id
    where
        later_answers.responded_at > answers.responded_at
        or (
            later_answers.responded_at = answers.responded_at
            and later_answers.response_id > answers.response_id
        )
    group by answers.response_id

),

signed_counts as (

    select
        monthly_answers.survey_type,
        monthly_answers.period_start_date,
        1 as respondents,
        case
            when monthly_answers.survey_type = 'nps' and monthly_answers.score >= 9
                then 1
            when monthly_answers.survey_type = 'csat' and monthly_answers.score >= 4
                then 1
            else 0
        end as high_scores,
        case
            when monthly_answers.survey_type = 'nps' and monthly_answers.score <= 6
                then 1
            else 0
        end as low_scores

    from monthly_answers
    left join replaced_answers
        on monthly_answers.response_id = replaced_answers.response_id
    where replaced_answers.response_id is null

    union all

    select
        'nps' as survey_type,
        period_start_date,
        -respondents as respondents,
        -promoters as high_scores,
        -detractors as low_scores

    from nps_by_period

    union all

    select
        'csat' as survey_type,
        period_start_date,
        -respondents as respondents,
        -satisfied_respondents as high_scores,
        0 as low_scores

    from csat_by_period

),

differences as (

    select
        survey_type,
        period_start_date,
        sum(respondents) as respondents,
        sum(high_scores) as high_scores,
        sum(low_scores) as low_scores

    from signed_counts
    group by
        survey_type,
        period_start_date
    having
        sum(respondents) != 0
        or sum(high_scores) != 0
        or sum(low_scores) != 0

)

select * from differences
