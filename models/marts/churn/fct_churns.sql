with

customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

amounts as (

    select
        'subscription' as retention_basis,
        customer_id,
        change_number,
        round(sum({{ in_reporting_currency('mrr_before', 'rate') }}), 4) as lost_mrr

    from customer_mrr
    group by
        customer_id,
        change_number

),

spans as (

    select
        *,
        lead(started_at) over (
            partition by
                retention_basis,
                customer_id
            order by span_number
        ) as returned_at

    from customer_spans

),

-- A span that is still open is no churn: the end of the data is not an end.
churns as (

    select
        spans.retention_basis,
        spans.customer_id,
        spans.ended_at as churned_at,
        spans.churn_kind,
        spans.reason_code,
        cast(
            case
                when spans.retention_basis = 'subscription'
                    then coalesce(amounts.lost_mrr, 0)
            end as {{ type_money_sum() }}
        ) as lost_mrr,
        {{ days_between('spans.started_date', 'spans.ended_date') }} as tenure_days,
        spans.returned_at

    from spans
    left join amounts
        on
            spans.retention_basis = amounts.retention_basis
            and spans.customer_id = amounts.customer_id
            and spans.ended_change_number = amounts.change_number
    where not spans.is_open

)

select * from churns
