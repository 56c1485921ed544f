{% set periods_so_far -%}
    partition by basis_periods.period_grain
    order by basis_periods.period_start_date
    rows between unbounded preceding and current row
{%- endset %}

with

orders as (

    select * from {{ ref('int_orders') }}

),

revenue_events as (

    select * from {{ ref('int_revenue_events') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where retention_basis = 'purchase'

),

numbered_orders as (

    select
        customer_id,
        ordered_date,
        amount,
        row_number() over (
            partition by customer_id
            order by
                ordered_at,
                order_id
        ) as order_number

    from orders
    where customer_id is not null

),

-- One row per buyer and period: how many orders, and which of its life.
buyers as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        numbered_orders.customer_id,
        count(*) as orders,
        min(numbered_orders.order_number) as first_order_number,
        max(numbered_orders.order_number) as last_order_number,
        sum(numbered_orders.amount) as revenue_amount,
        sum(
            case
                when numbered_orders.order_number = 1 then numbered_orders.amount
                else 0
            end
        )
            as first_order_revenue

    from numbered_orders
    inner join period_days on numbered_orders.ordered_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        numbered_orders.customer_id

),

customer_orders as (

    select
        period_grain,
        period_start_date,
        count(*) as buyers,
        sum(case when orders > 1 then 1 else 0 end) as repeat_buyers,
        sum(case when first_order_number = 1 then 1 else 0 end) as new_buyers,
        sum(
            case
                when first_order_number <= 2 and last_order_number >= 2 then 1
                else 0
            end
        )
            as second_time_buyers,
        sum(orders) as orders,
        sum(revenue_amount) as revenue_amount,
        sum(first_order_revenue) as first_order_revenue

    from buyers
    group by
        period_grain,
        period_start_date

),

guest_orders as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        count(*) as guest_orders,
        sum(orders.amount) as guest_revenue_amount

    from orders
    inner join period_days on orders.ordered_date = period_days.date_day
    where orders.customer_id is null
    group by
        period_days.period_grain,
        period_days.period_start_date

),

-- Refunds of customers are dated when they happened, whatever they pay back.
refunds as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        sum(revenue_events.amount) as refunded_amount

    from revenue_events
    inner join period_days on revenue_events.occurred_date = period_days.date_day
    where
        revenue_events.event_type in ('refund', 'chargeback')
        and revenue_events.customer_id is not null
        and revenue_events.subscription_id is null
    group by
        period_days.period_grain,
        period_days.period_start_date

),

periods as (

    select
        basis_periods.period_grain,
        basis_periods.period_start_date,
        basis_periods.next_period_start_date,
        basis_periods.is_complete,
        coalesce(customer_orders.buyers, 0) as buyers,
        coalesce(customer_orders.repeat_buyers, 0) as repeat_buyers,
        coalesce(customer_orders.new_buyers, 0) as new_buyers,
        coalesce(customer_orders.orders, 0) as orders,
        coalesce(customer_orders.revenue_amount, 0) as revenue_amount,
        coalesce(customer_orders.first_order_revenue, 0) as first_order_revenue,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        coalesce(guest_orders.guest_orders, 0) as guest_orders,
        coalesce(guest_orders.guest_revenue_amount, 0) as guest_revenue_amount,
        sum(coalesce(customer_orders.new_buyers, 0)) over ({{ periods_so_far }})
            as lifetime_buyers,
        sum(coalesce(customer_orders.second_time_buyers, 0)) over ({{ periods_so_far }})
            as lifetime_repeat_buyers

    from basis_periods
    left join customer_orders
        on
            basis_periods.period_grain = customer_orders.period_grain
            and basis_periods.period_start_date = customer_orders.period_start_date
    left join guest_orders
        on
            basis_periods.period_grain = guest_orders.period_grain
            and basis_periods.period_start_date = guest_orders.period_start_date
    left join refunds
        on
            basis_periods.period_grain = refunds.period_grain
            and basis_periods.period_start_date = refunds.period_start_date

),

repeat_purchase_by_period as (

    select
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        cast(buyers as {{ dbt.type_bigint() }}) as buyers,
        cast(repeat_buyers as {{ dbt.type_bigint() }}) as repeat_buyers,
        cast(new_buyers as {{ dbt.type_bigint() }}) as new_buyers,
        cast(buyers - new_buyers as {{ dbt.type_bigint() }}) as returning_buyers,
        cast(orders as {{ dbt.type_bigint() }}) as orders,
        cast(guest_orders as {{ dbt.type_bigint() }}) as guest_orders,
        cast(lifetime_buyers as {{ dbt.type_bigint() }}) as lifetime_buyers,
        cast(lifetime_repeat_buyers as {{ dbt.type_bigint() }})
            as lifetime_repeat_buyers,
        cast(round(revenue_amount, 4) as {{ type_money_sum() }}) as revenue_amount,
        cast(round(refunded_amount, 4) as {{ type_money_sum() }}) as refunded_amount,
        cast(round(guest_revenue_amount, 4) as {{ type_money_sum() }})
            as guest_revenue_amount,
        cast(round(first_order_revenue, 4) as {{ type_money_sum() }})
            as first_order_revenue,
        cast(round(revenue_amount - first_order_revenue, 4) as {{ type_money_sum() }})
            as repeat_order_revenue,
        cast(
            {{ divide_half_up('round(revenue_amount, 8)', 'nullif(orders, 0)') }}
            as {{ type_money_sum() }}
        ) as average_order_value,
        {{ safe_ratio('orders', 'buyers') }} as orders_per_buyer_ratio,
        {{ safe_ratio('repeat_buyers', 'buyers') }} as repeat_purchase_rate,
        {{ wilson_low('repeat_buyers', 'buyers') }} as repeat_purchase_rate_low,
        {{ wilson_high('repeat_buyers', 'buyers') }} as repeat_purchase_rate_high,
        {{ safe_ratio('lifetime_repeat_buyers', 'lifetime_buyers') }}
            as lifetime_repeat_purchase_rate,
        {{ wilson_low('lifetime_repeat_buyers', 'lifetime_buyers') }}
            as lifetime_repeat_purchase_rate_low,
        {{ wilson_high('lifetime_repeat_buyers', 'lifetime_buyers') }}
            as lifetime_repeat_purchase_rate_high,
        buyers < {{ setting('small_sample_size') }} as is_small_sample

    from periods

)

select * from repeat_purchase_by_period
