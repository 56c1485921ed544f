{% set top_percents = [1, 10, 20, 50] %}

with

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

sums as (

    select * from {{ ref('int_revenue_ranks') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

first_payment as (

    select min(revenue_date) as first_date
    from revenue_days

),

revenue_concentration_by_period as (

    select
        periods.period_grain,
        periods.period_start_date,
        periods.next_period_start_date,
        periods.is_complete,
        cast(coalesce(sums.customers, 0) as {{ dbt.type_bigint() }}) as customers,
        {% for percent in top_percents -%}
            cast(
                coalesce(sums.top_{{ percent }}_percent_customers, 0)
                as {{ dbt.type_bigint() }}
            ) as top_{{ percent }}_percent_customers,
        {% endfor -%}
        cast(coalesce(sums.customers_for_80_percent, 0) as {{ dbt.type_bigint() }})
            as customers_for_80_percent,
        {{ round_money('coalesce(sums.revenue_amount, 0)') }}
            as revenue_amount,
        {% for percent in top_percents -%}
            {{ safe_ratio(
                'sums.top_' ~ percent ~ '_percent_revenue', 'sums.revenue_amount'
            ) }}
                as top_{{ percent }}_percent_revenue_share,
        {% endfor -%}
        {{ safe_ratio(
            'sums.weighted_revenue_amount', 'sums.customers * sums.revenue_amount'
        ) }} as gini_ratio

    from periods
    cross join first_payment
    left join sums
        on
            periods.period_grain = sums.period_grain
            and periods.period_start_date = sums.period_start_date
    where periods.next_period_start_date > first_payment.first_date

)

select * from revenue_concentration_by_period
