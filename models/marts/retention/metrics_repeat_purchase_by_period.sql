{% set periods_so_far -%}
    partition by basis_periods.period_grain
    order by basis_periods.period_start_date
    rows between unbounded preceding and current row
{%- endset %}

with

order_sums as (

    select * from {{ ref('int_order_sums') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where retention_basis = 'purchase'

),

periods as (

    select
        basis_periods.period_grain,
        basis_periods.period_start_date,
        basis_periods.next_period_start_date,
        basis_periods.is_complete,
        coalesce(order_sums.buyers, 0) as buyers,
        coalesce(order_sums.repeat_buyers, 0) as repeat_buyers,
        coalesce(order_sums.new_buyers, 0) as new_buyers,
        coalesce(order_sums.orders, 0) as orders,
        coalesce(order_sums.revenue_amount, 0) as revenue_amount,
        coalesce(order_sums.first_order_revenue, 0) as first_order_revenue,
        coalesce(order_sums.refunded_amount, 0) as refunded_amount,
        coalesce(order_sums.guest_orders, 0) as guest_orders,
        coalesce(order_sums.guest_revenue_amount, 0) as guest_revenue_amount,
        sum(coalesce(order_sums.new_buyers, 0)) over ({{ periods_so_far }})
            as lifetime_buyers,
        sum(coalesce(order_sums.second_time_buyers, 0)) over ({{ periods_so_far }})
            as lifetime_repeat_buyers

    from basis_periods
    left join order_sums
        on
            basis_periods.period_grain = order_sums.period_grain
            and basis_periods.period_start_date = order_sums.period_start_date

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
        {{ round_money('revenue_amount') }} as revenue_amount,
        {{ round_money('refunded_amount') }} as refunded_amount,
        {{ round_money('guest_revenue_amount') }}
            as guest_revenue_amount,
        {{ round_money('first_order_revenue') }}
            as first_order_revenue,
        {{ round_money('revenue_amount - first_order_revenue') }}
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
