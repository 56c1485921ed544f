with

customer_spans as (

    select * from {{ ref('int_customer_spans') }}
    where span_number = 1

),

segment_sets as (

    select * from {{ ref('int_customer_segment_sets') }}
    where change_number = 1

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- Who is still there has been watched up to as_of_date: that is no end.
observed_spans as (

    select
        customer_spans.retention_basis,
        customer_spans.customer_id,
        customer_spans.started_date,
        case
            when customer_spans.is_open then as_of_date.as_of_date
            else customer_spans.ended_date
        end as observed_until_date,
        not customer_spans.is_open as has_churned

    from customer_spans
    cross join as_of_date

),

first_spans as (

    select
        observed_spans.retention_basis,
        observed_spans.customer_id,
        segment_sets.segment_set_id,
        observed_spans.started_date,
        observed_spans.has_churned,
        {{ days_between(
            'observed_spans.started_date', 'observed_spans.observed_until_date'
        ) }} as tenure_days,
        {{ whole_months_between(
            'observed_spans.started_date', 'observed_spans.observed_until_date'
        ) }} as tenure_months

    from observed_spans
    inner join segment_sets
        on
            observed_spans.retention_basis = segment_sets.retention_basis
            and observed_spans.customer_id = segment_sets.customer_id

)

select * from first_spans
