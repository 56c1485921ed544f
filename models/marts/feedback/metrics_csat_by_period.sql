with

customer_answers as (

    select * from {{ ref('int_customer_answers') }}
    where survey_type = 'csat'

),

periods as (

    select * from {{ ref('int_periods') }}

),

counts as (

    select
        period_grain,
        period_start_date,
        count(*) as respondents,
        sum(case when score >= 4 then 1 else 0 end) as satisfied_respondents,
        sum(score) as score_total

    from customer_answers
    group by
        period_grain,
        period_start_date

),

first_periods as (

    select
        period_grain,
        min(period_start_date) as first_period_start_date

    from counts
    group by period_grain

),

periods_since_first_answer as (

    select
        periods.period_grain,
        periods.period_start_date,
        periods.next_period_start_date,
        periods.is_complete,
        coalesce(counts.respondents, 0) as respondents,
        coalesce(counts.satisfied_respondents, 0) as satisfied_respondents,
        counts.score_total

    from periods
    inner join first_periods on periods.period_grain = first_periods.period_grain
    left join counts
        on
            periods.period_grain = counts.period_grain
            and periods.period_start_date = counts.period_start_date
    where periods.period_start_date >= first_periods.first_period_start_date

),

csat_by_period as (

    select
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        cast(respondents as {{ dbt.type_bigint() }}) as respondents,
        cast(satisfied_respondents as {{ dbt.type_bigint() }})
            as satisfied_respondents,
        {{ safe_ratio('score_total', 'respondents') }} as average_score,
        {{ safe_ratio('satisfied_respondents', 'respondents') }} as csat,
        {{ wilson_low('satisfied_respondents', 'respondents') }} as csat_low,
        {{ wilson_high('satisfied_respondents', 'respondents') }} as csat_high,
        respondents < {{ setting('small_sample_size') }} as is_small_sample

    from periods_since_first_answer

)

select * from csat_by_period
