with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

sets as (

    select
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_set_id,
        count(*) as contributions

    from customer_cohorts
    group by
        retention_basis,
        period_grain,
        cohort_start_date,
        segment_set_id

),

-- Many to many on purpose: each set has a value of every segment.
cohort_sizes as (

    select
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        {{ sum_of_counts('sets.contributions') }} as contributions

    from sets
    inner join segment_sets on sets.segment_set_id = segment_sets.segment_set_id
    group by
        sets.retention_basis,
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value

)

select * from cohort_sizes
