with

facts as (

    select * from {{ ref('int_customer_period_facts') }}

),

edges as (

    select * from {{ ref('int_customer_period_edges') }}
    where retention_basis = 'subscription'

),

customer_period_mrr as (

    select * from {{ ref('int_customer_period_mrr') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

movements as (

    select
        period_grain,
        period_start_date,
        customer_id,
        max(movement_type) as movement_type

    from customer_period_mrr
    group by
        period_grain,
        period_start_date,
        customer_id

),

-- Net, from the two edges: who left and came back inside the period has moved nowhere.
customer_periods as (

    select
        facts.customer_id,
        facts.period_grain,
        facts.period_start_date,
        periods.next_period_start_date,
        periods.is_complete,
        case edges.outcome
            when 'new' then 'new'
            when 'reactivated' then 'reactivation'
            when 'churned' then 'churn'
            else movements.movement_type
        end as movement_type,
        facts.was_active = 1 as was_active,
        facts.is_active = 1 as is_active,
        cast(facts.order_count as {{ dbt.type_bigint() }}) as order_count,
        cast(facts.active_days as {{ dbt.type_bigint() }}) as active_days,
        {{ round_money('facts.starting_mrr') }} as starting_mrr,
        {{ round_money('facts.ending_mrr') }} as ending_mrr,
        {{ round_money('facts.revenue_amount') }} as revenue_amount

    from facts
    inner join periods
        on
            facts.period_grain = periods.period_grain
            and facts.period_start_date = periods.period_start_date
    left join edges
        on
            facts.period_grain = edges.period_grain
            and facts.period_start_date = edges.period_start_date
            and facts.customer_id = edges.customer_id
    left join movements
        on
            facts.period_grain = movements.period_grain
            and facts.period_start_date = movements.period_start_date
            and facts.customer_id = movements.customer_id

)

select * from customer_periods
