{% set day_numbers = setting('n_day_retention_days') %}

with

customer_return_days as (

    select * from {{ ref('int_customer_return_days') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain in ('day', 'week', 'month')

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

first_day as (

    select min(first_date) as first_date
    from customer_return_days

),

-- A customer says something about day N once the whole of that day is over.
customer_days as (

    {% for day_number in day_numbers %}

        select
            customer_return_days.first_date,
            customer_return_days.day_mode,
            {{ day_number }} as day_number,
            case customer_return_days.day_mode
                when 'calendar'
                    then cast({{ add_days(
                        'customer_return_days.first_date', day_number + 1
                    ) }} as {{ dbt.type_timestamp() }})
                else {{ to_reporting_time(
                    add_days('customer_return_days.first_at', day_number + 1)
                ) }}
            end <= as_of_date.as_of_at as is_eligible,
            {{ has_bit('customer_return_days.day_bits', 2 ** loop.index0) }}
                as was_there_on,
            customer_return_days.last_day >= {{ day_number }} as was_there_on_or_after,
            coalesce(customer_return_days.first_return_day <= {{ day_number }}, false)
                as was_there_within

        from customer_return_days
        cross join as_of_date

        {{ 'union all' if not loop.last }}

    {% endfor %}

),

daily_counts as (

    {% for retention_kind in ['on', 'on_or_after', 'within'] %}

        select
            first_date,
            day_mode,
            '{{ retention_kind }}' as retention_kind,
            day_number,
            sum(case when is_eligible then 1 else 0 end) as eligible_customers,
            sum(
                case
                    when is_eligible and was_there_{{ retention_kind }} then 1
                    else 0
                end
            )
                as returned_customers

        from customer_days
        group by
            first_date,
            day_mode,
            day_number

        {{ 'union all' if not loop.last }}

    {% endfor %}

),

-- Cohorts add up: a day belongs to its week, its month and to everybody.
cohort_days as (

    select
        period_grain,
        date_day,
        period_start_date as cohort_start_date

    from period_days

    union all

    select
        'all' as period_grain,
        period_days.date_day,
        first_day.first_date as cohort_start_date

    from period_days
    cross join first_day
    where period_days.period_grain = 'day'

),

counts as (

    select
        cohort_days.period_grain,
        cohort_days.cohort_start_date,
        daily_counts.day_mode,
        daily_counts.retention_kind,
        cast(daily_counts.day_number as {{ dbt.type_bigint() }}) as day_number,
        cast(sum(daily_counts.eligible_customers) as {{ dbt.type_bigint() }})
            as eligible_customers,
        cast(sum(daily_counts.returned_customers) as {{ dbt.type_bigint() }})
            as returned_customers

    from daily_counts
    inner join cohort_days on daily_counts.first_date = cohort_days.date_day
    group by
        cohort_days.period_grain,
        cohort_days.cohort_start_date,
        daily_counts.day_mode,
        daily_counts.retention_kind,
        daily_counts.day_number

),

n_day_retention_by_cohort as (

    select
        period_grain,
        cohort_start_date,
        day_mode,
        retention_kind,
        day_number,
        eligible_customers,
        returned_customers,
        {{ safe_ratio('returned_customers', 'eligible_customers') }} as retention_rate,
        {{ wilson_low('returned_customers', 'eligible_customers') }}
            as retention_rate_low,
        {{ wilson_high('returned_customers', 'eligible_customers') }}
            as retention_rate_high,
        eligible_customers < {{ setting('small_sample_size') }} as is_small_sample

    from counts

)

select * from n_day_retention_by_cohort
