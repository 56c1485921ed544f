{% set periods_of_basis -%}
    partition by retention_basis, period_grain, period_start_date
{%- endset %}

with

edges as (

    select * from {{ ref('int_customer_period_edges') }}
    where outcome = 'churned'

),

customer_period_mrr as (

    select * from {{ ref('int_customer_period_mrr') }}
    where movement_type = 'churn'

),

periods as (

    select * from {{ ref('int_periods') }}

),

amounts as (

    select
        'subscription' as retention_basis,
        period_grain,
        period_start_date,
        customer_id,
        sum(starting_mrr) as churned_mrr

    from customer_period_mrr
    group by
        period_grain,
        period_start_date,
        customer_id

),

-- A churned customer has one reason: that of its last churn in the period.
reasons as (

    select
        edges.retention_basis,
        edges.period_grain,
        edges.period_start_date,
        edges.churn_kind,
        coalesce(edges.reason_code, 'unknown') as reason_code,
        count(*) as churned_customers,
        case
            when edges.retention_basis = 'subscription'
                then sum(coalesce(amounts.churned_mrr, 0))
        end as churned_mrr

    from edges
    left join amounts
        on
            edges.retention_basis = amounts.retention_basis
            and edges.period_grain = amounts.period_grain
            and edges.period_start_date = amounts.period_start_date
            and edges.customer_id = amounts.customer_id
    group by
        edges.retention_basis,
        edges.period_grain,
        edges.period_start_date,
        edges.churn_kind,
        coalesce(edges.reason_code, 'unknown')

),

totals as (

    select
        *,
        sum(churned_customers) over ({{ periods_of_basis }})
            as period_churned_customers,
        sum(churned_mrr) over ({{ periods_of_basis }}) as period_churned_mrr

    from reasons

),

churn_reasons_by_period as (

    select
        totals.retention_basis,
        totals.period_grain,
        totals.period_start_date,
        periods.next_period_start_date,
        periods.is_complete,
        totals.churn_kind,
        totals.reason_code,
        cast(totals.churned_customers as {{ dbt.type_bigint() }}) as churned_customers,
        {{ round_money('totals.churned_mrr') }} as churned_mrr,
        {{ safe_ratio('totals.churned_customers', 'totals.period_churned_customers') }}
            as customer_share,
        {{ safe_ratio('totals.churned_mrr', 'totals.period_churned_mrr') }} as mrr_share

    from totals
    inner join periods
        on
            totals.period_grain = periods.period_grain
            and totals.period_start_date = periods.period_start_date

)

select * from churn_reasons_by_period
