with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where retention_basis = 'subscription'

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

customer_plans as (

    select * from {{ ref('int_customer_plans') }}

),

-- All currencies of a customer together, at the rate of the month of the change.
amounts as (

    select
        customer_id,
        change_number,
        sum({{ in_reporting_currency('mrr_before', 'rate') }}) as mrr_before,
        sum({{ in_reporting_currency('mrr_after', 'rate') }}) as mrr_after

    from customer_mrr
    group by
        customer_id,
        change_number

),

movements as (

    select
        customer_changes.customer_id,
        customer_changes.changed_at as occurred_at,
        customer_changes.change_number,
        case
            when not customer_changes.was_active and customer_changes.change_number = 1
                then 'new'
            when not customer_changes.was_active then 'reactivation'
            when not customer_changes.is_active then 'churn'
            when amounts.mrr_after > amounts.mrr_before then 'expansion'
            else 'contraction'
        end as movement_type,
        round(coalesce(amounts.mrr_before, 0), 4) as mrr_before,
        round(coalesce(amounts.mrr_after, 0), 4) as mrr_after,
        customer_changes.reason_code

    from customer_changes
    left join amounts
        on
            customer_changes.customer_id = amounts.customer_id
            and customer_changes.change_number = amounts.change_number
    where
        customer_changes.was_active != customer_changes.is_active
        or amounts.mrr_before != amounts.mrr_after

),

mrr_movements as (

    select
        movements.customer_id,
        movements.occurred_at,
        cast(
            row_number() over (
                partition by movements.customer_id
                order by movements.change_number
            ) as {{ dbt.type_bigint() }}
        ) as movement_number,
        movements.movement_type,
        cast(movements.mrr_before as {{ type_money_sum() }}) as mrr_before,
        cast(movements.mrr_after - movements.mrr_before as {{ type_money_sum() }})
            as mrr_change,
        cast(movements.mrr_after as {{ type_money_sum() }}) as mrr_after,
        customer_plans.plan_before,
        customer_plans.plan_after,
        movements.reason_code

    from movements
    left join customer_plans
        on
            movements.customer_id = customer_plans.customer_id
            and movements.occurred_at = customer_plans.effective_at

)

select * from mrr_movements
