with

customer_answers as (

    select * from {{ ref('int_customer_answers') }}
    where survey_type = 'nps'

),

periods as (

    select * from {{ ref('int_periods') }}

),

counts as (

    select
        period_grain,
        period_start_date,
        count(*) as respondents,
        sum(case when score >= 9 then 1 else 0 end) as promoters,
        sum(case when score <= 6 then 1 else 0 end) as detractors

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
        cast(coalesce(counts.respondents, 0) as {{ dbt.type_bigint() }})
            as respondents,
        cast(coalesce(counts.promoters, 0) as {{ dbt.type_bigint() }}) as promoters,
        cast(coalesce(counts.detractors, 0) as {{ dbt.type_bigint() }}) as detractors

    from periods
    inner join first_periods on periods.period_grain = first_periods.period_grain
    left join counts
        on
            periods.period_grain = counts.period_grain
            and periods.period_start_date = counts.period_start_date
    where periods.period_start_date >= first_periods.first_period_start_date

),

-- The variance of a difference of two shares p and d of n is (p + d - (p - d)^2) / n;
-- in whole numbers until the last step, so that it is 0 when all say the same.
margins as (

    select
        *,
        {{ safe_ratio('promoters - detractors', 'respondents') }} as nps,
        1.959963984540054
        * sqrt({{ safe_ratio(
            'respondents * (promoters + detractors)'
            ' - (promoters - detractors) * (promoters - detractors)',
            'respondents'
        ) }})
        / nullif(respondents, 0) as nps_margin

    from periods_since_first_answer

),

nps_by_period as (

    select
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        respondents,
        promoters,
        respondents - promoters - detractors as passives,
        detractors,
        nps,
        nps - nps_margin as nps_low,
        nps + nps_margin as nps_high,
        respondents < {{ setting('small_sample_size') }} as is_small_sample

    from margins

)

select * from nps_by_period
