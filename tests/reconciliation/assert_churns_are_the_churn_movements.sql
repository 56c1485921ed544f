-- A row is a churn on the subscription basis without a movement that says the same
-- (instant, MRR lost, reason, return), or a churn movement without a churn.
with

churns as (

    select * from {{ ref('fct_churns') }}
    where retention_basis = 'subscription'

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

churn_reasons as (

    select * from {{ ref('churn_reasons') }}

),

-- After a churn the next movement can only be the return.
neighbours as (

    select
        *,
        lead(occurred_at) over (
            partition by customer_id
            order by movement_number
        ) as next_occurred_at

    from movements

),

churn_movements as (

    select
        neighbours.customer_id,
        neighbours.occurred_at,
        neighbours.mrr_before,
        neighbours.reason_code,
        neighbours.next_occurred_at,
        coalesce(churn_reasons.churn_kind, 'unknown') as churn_kind

    from neighbours
    left join churn_reasons on neighbours.reason_code = churn_reasons.reason_code
    where neighbours.movement_type = 'churn'

),

differences as (

    select
        coalesce(churns.customer_id, churn_movements.customer_id) as customer_id,
        churns.churned_at,
        churn_movements.occurred_at

    from churns
    full join churn_movements
        on
            churns.customer_id = churn_movements.customer_id
            and churns.churned_at = churn_movements.occurred_at
    where
        churns.customer_id is null
        or churn_movements.customer_id is null
        or churns.lost_mrr != churn_movements.mrr_before
        or churns.churn_kind != churn_movements.churn_kind
        or coalesce(churns.reason_code, '') != coalesce(churn_movements.reason_code, '')
        or coalesce(churns.returned_at, churns.churned_at)
        != coalesce(churn_movements.next_occurred_at, churns.churned_at)

)

select * from differences
