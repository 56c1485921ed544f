with

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}
    where retention_basis = 'subscription'

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

customer_period_mrr as (

    select * from {{ ref('int_customer_period_mrr') }}

),

sets as (

    select
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        customer_period_mrr.period_start_date,
        customer_period_mrr.currency,
        sum(
            customer_period_mrr.ending_mrr_in_currency
            - customer_period_mrr.starting_mrr_in_currency
        ) as mrr_step,
        count(*) as contributions

    from customer_period_mrr
    inner join customer_cohorts
        on
            customer_period_mrr.customer_id = customer_cohorts.customer_id
            and customer_period_mrr.period_grain = customer_cohorts.period_grain
    group by
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        customer_cohorts.segment_set_id,
        customer_period_mrr.period_start_date,
        customer_period_mrr.currency

),

-- Many to many on purpose: each set has a value of every segment.
cohort_mrr_steps as (

    select
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sets.period_start_date,
        sets.currency,
        sum(sets.mrr_step) as mrr_step,
        {{ sum_of_counts('sets.contributions') }} as contributions

    from sets
    inner join segment_sets on sets.segment_set_id = segment_sets.segment_set_id
    group by
        sets.period_grain,
        sets.cohort_start_date,
        segment_sets.segment_name,
        segment_sets.segment_value,
        sets.period_start_date,
        sets.currency

)

select * from cohort_mrr_steps
