with

first_spans as (

    select * from {{ ref('int_first_spans') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain != 'day'

),

set_tenures as (

    {% for tenure_unit in ['day', 'month'] %}

        select
            retention_basis,
            segment_set_id,
            '{{ tenure_unit }}' as tenure_unit,
            tenure_{{ tenure_unit }}s as tenure,
            sum(case when has_churned then 1 else 0 end) as churned,
            sum(case when has_churned then 0 else 1 end) as censored

        from first_spans
        group by
            retention_basis,
            segment_set_id,
            tenure_{{ tenure_unit }}s

        {{ 'union all' if not loop.last }}

    {% endfor %}

),

start_tenures as (

    select
        retention_basis,
        started_date,
        tenure_months,
        sum(case when has_churned then 1 else 0 end) as churned,
        sum(case when has_churned then 0 else 1 end) as censored

    from first_spans
    group by
        retention_basis,
        started_date,
        tenure_months

),

first_starts as (

    select
        retention_basis,
        min(started_date) as first_started_date

    from start_tenures
    group by retention_basis

),

-- Many to many on purpose: each set has a value of every segment, and each start is in
-- a cohort of every grain. All starts together are one cohort, dated by the first.
group_tenures as (

    select
        set_tenures.retention_basis,
        'all' as period_grain,
        first_starts.first_started_date as cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        set_tenures.tenure_unit,
        set_tenures.tenure,
        set_tenures.churned,
        set_tenures.censored

    from set_tenures
    inner join segment_sets on set_tenures.segment_set_id = segment_sets.segment_set_id
    inner join first_starts
        on set_tenures.retention_basis = first_starts.retention_basis

    union all

    select
        start_tenures.retention_basis,
        period_days.period_grain,
        period_days.period_start_date as cohort_start_date,
        'all' as segment_name,
        'all' as segment_value,
        'month' as tenure_unit,
        start_tenures.tenure_months as tenure,
        start_tenures.churned,
        start_tenures.censored

    from start_tenures
    inner join period_days on start_tenures.started_date = period_days.date_day

),

tenure_counts as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value,
        tenure_unit,
        tenure,
        {{ sum_of_counts('churned') }} as churned,
        {{ sum_of_counts('censored') }} as censored

    from group_tenures
    group by
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_name,
        segment_value,
        tenure_unit,
        tenure

)

select * from tenure_counts
