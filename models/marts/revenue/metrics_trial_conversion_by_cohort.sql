with

customer_trials as (

    select * from {{ ref('int_customer_trials') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

periods as (

    select * from {{ ref('int_periods') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- A conversion at the very end of the window is inside; a window whose end lies before
-- as_of_date is past.
trials as (

    select
        customer_trials.first_trial_date,
        customer_trials.is_on_trial,
        customer_trials.days_to_conversion,
        customer_trials.converted_at is not null as is_converted,
        coalesce(
            customer_trials.converted_at
            <= {{ add_days(
                'customer_trials.first_trial_at', setting('trial_conversion_days')
            ) }},
            false
        ) as is_converted_in_time,
        {{ to_reporting_time(add_days(
            'customer_trials.first_trial_at', setting('trial_conversion_days')
        )) }} < as_of_date.as_of_at as is_window_past

    from customer_trials
    cross join as_of_date

),

-- Many to many on purpose: a trial is in a cohort of each grain.
ranked_trials as (

    select
        period_days.period_grain,
        period_days.period_start_date as cohort_start_date,
        trials.is_on_trial and not trials.is_converted as is_open,
        trials.is_converted,
        trials.is_window_past,
        trials.is_window_past and trials.is_converted_in_time as is_converted_within,
        trials.days_to_conversion,
        2 * row_number() over (
            partition by
                period_days.period_grain,
                period_days.period_start_date,
                trials.is_converted
            order by trials.days_to_conversion
        ) as doubled_rank,
        count(*) over (
            partition by
                period_days.period_grain,
                period_days.period_start_date,
                trials.is_converted
        ) as rank_count

    from trials
    inner join period_days on trials.first_trial_date = period_days.date_day

),

-- The median is the mean of the middle one, or of the middle two.
counts as (

    select
        period_grain,
        cohort_start_date,
        count(*) as trial_customers,
        sum(case when is_converted then 1 else 0 end) as converted_customers,
        sum(case when is_window_past then 1 else 0 end) as eligible_customers,
        sum(case when is_converted_within then 1 else 0 end)
            as converted_within_customers,
        sum(case when is_open then 1 else 0 end) as open_trial_customers,
        avg(
            case
                when
                    is_converted
                    and doubled_rank between rank_count and rank_count + 2
                    then cast(days_to_conversion as {{ type_rate() }})
            end
        ) as median_days_to_conversion

    from ranked_trials
    group by
        period_grain,
        cohort_start_date

),

trial_conversion_by_cohort as (

    select
        counts.period_grain,
        counts.cohort_start_date,
        periods.is_complete,
        cast(counts.trial_customers as {{ dbt.type_bigint() }}) as trial_customers,
        cast(counts.converted_customers as {{ dbt.type_bigint() }})
            as converted_customers,
        cast(counts.eligible_customers as {{ dbt.type_bigint() }})
            as eligible_customers,
        cast(counts.converted_within_customers as {{ dbt.type_bigint() }})
            as converted_within_customers,
        cast(counts.open_trial_customers as {{ dbt.type_bigint() }})
            as open_trial_customers,
        counts.median_days_to_conversion,
        {{ safe_ratio('counts.converted_customers', 'counts.trial_customers') }}
            as trial_conversion_rate,
        {{ wilson_low('counts.converted_customers', 'counts.trial_customers') }}
            as trial_conversion_rate_low,
        {{ wilson_high('counts.converted_customers', 'counts.trial_customers') }}
            as trial_conversion_rate_high,
        {{ safe_ratio(
            'counts.converted_within_customers', 'counts.eligible_customers'
        ) }} as trial_conversion_within_rate,
        {{ wilson_low(
            'counts.converted_within_customers', 'counts.eligible_customers'
        ) }} as trial_conversion_within_rate_low,
        {{ wilson_high(
            'counts.converted_within_customers', 'counts.eligible_customers'
        ) }} as trial_conversion_within_rate_high,
        counts.trial_customers < {{ setting('small_sample_size') }} as is_small_sample

    from counts
    inner join periods
        on
            counts.period_grain = periods.period_grain
            and counts.cohort_start_date = periods.period_start_date

)

select * from trial_conversion_by_cohort
