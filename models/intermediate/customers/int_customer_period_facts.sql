with

customer_period_states as (

    select * from {{ ref('int_customer_period_states') }}

),

edges as (

    select * from {{ ref('int_customer_period_edges') }}
    where retention_basis = 'subscription'

),

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

active_days as (

    select * from {{ ref('int_customer_active_days') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}
    where period_grain in ({{ text_literals(setting('customer_period_grains')) }})

),

periods as (

    select * from {{ ref('int_periods') }}
    where period_grain in ({{ text_literals(setting('customer_period_grains')) }})

),

days as (

    select
        customer_id,
        revenue_date as event_date,
        revenue_amount,
        0 as order_count,
        0 as active_days

    from revenue_days

    union all

    select
        customer_id,
        active_date as event_date,
        0 * cast(event_count as {{ type_money() }}) as revenue_amount,
        case when retention_basis = 'purchase' then event_count else 0 end
            as order_count,
        case when retention_basis = 'activity' then 1 else 0 end as active_days

    from active_days

),

-- Whatever is known of a customer and a period, one kind of fact to a row.
facts as (

    select
        customer_id,
        period_grain,
        period_start_date,
        cast(0 as {{ type_money() }}) as starting_mrr,
        ending_mrr,
        0 as was_active,
        1 as is_active,
        cast(0 as {{ type_money() }}) as revenue_amount,
        0 as order_count,
        0 as active_days

    from customer_period_states

    union all

    select
        customer_period_states.customer_id,
        customer_period_states.period_grain,
        periods.period_start_date,
        customer_period_states.ending_mrr as starting_mrr,
        cast(0 as {{ type_money() }}) as ending_mrr,
        1 as was_active,
        0 as is_active,
        cast(0 as {{ type_money() }}) as revenue_amount,
        0 as order_count,
        0 as active_days

    from customer_period_states
    inner join periods
        on
            customer_period_states.period_grain = periods.period_grain
            and customer_period_states.next_period_index = periods.period_index

    union all

    select
        edges.customer_id,
        edges.period_grain,
        edges.period_start_date,
        cast(0 as {{ type_money() }}) as starting_mrr,
        cast(0 as {{ type_money() }}) as ending_mrr,
        0 as was_active,
        0 as is_active,
        cast(0 as {{ type_money() }}) as revenue_amount,
        0 as order_count,
        0 as active_days

    from edges
    inner join periods
        on
            edges.period_grain = periods.period_grain
            and edges.period_start_date = periods.period_start_date
    where edges.outcome != 'inactive'

    union all

    select
        days.customer_id,
        period_days.period_grain,
        period_days.period_start_date,
        cast(0 as {{ type_money() }}) as starting_mrr,
        cast(0 as {{ type_money() }}) as ending_mrr,
        0 as was_active,
        0 as is_active,
        days.revenue_amount,
        days.order_count,
        days.active_days

    from days
    inner join period_days on days.event_date = period_days.date_day

),

customer_period_facts as (

    select
        customer_id,
        period_grain,
        period_start_date,
        sum(starting_mrr) as starting_mrr,
        sum(ending_mrr) as ending_mrr,
        max(was_active) as was_active,
        max(is_active) as is_active,
        sum(revenue_amount) as revenue_amount,
        {{ sum_of_counts('order_count') }} as order_count,
        {{ sum_of_counts('active_days') }} as active_days

    from facts
    group by
        customer_id,
        period_grain,
        period_start_date

)

select * from customer_period_facts
