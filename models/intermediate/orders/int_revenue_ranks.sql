{% set top_percents = [1, 10, 20, 50] %}
{% set period = 'period_grain, period_start_date' %}
{% set hundred = 'revenue_rank - mod(revenue_rank, 100)' %}

with

revenue_days as (

    select * from {{ ref('int_customer_revenue_days') }}
    where customer_id is not null

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

customer_revenue as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        sum(revenue_days.revenue_amount) as revenue_amount

    from revenue_days
    inner join period_days on revenue_days.revenue_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        revenue_days.customer_id

),

-- Who got back all it paid, or more, brought nothing in the period.
ranks as (

    select
        {{ period }},
        revenue_amount,
        row_number() over (partition by {{ period }} order by revenue_amount desc)
            as revenue_rank,
        count(*) over (partition by {{ period }}) as customers

    from customer_revenue
    where revenue_amount > 0

),

-- Rank r is among the first ceil(n * p / 100) when 100 r < n p + 100: whole numbers
-- only. A running sum over ranks is dear, so it goes over hundreds of them: what all so
-- far have more than four fifths of the period, times five.
hundreds as (

    select
        {{ period }},
        {{ hundred }} as hundred,
        max(customers) as customers,
        sum(revenue_amount) as revenue_amount,
        {% for percent in top_percents -%}
            {% set is_top = '100 * revenue_rank < customers * %s + 100' % percent -%}
            sum(case when {{ is_top }} then 1 else 0 end)
                as top_{{ percent }}_percent_customers,
            sum(case when {{ is_top }} then revenue_amount end)
                as top_{{ percent }}_percent_revenue,
        {% endfor -%}
        sum((customers - 2 * revenue_rank + 1) * revenue_amount)
            as weighted_revenue_amount,
        sum(5 * sum(revenue_amount))
            over (partition by {{ period }} order by {{ hundred }})
        - sum(4 * sum(revenue_amount)) over (partition by {{ period }}) as surplus

    from ranks
    group by
        {{ period }},
        {{ hundred }}

),

-- One by one in the hundred that completes four fifths.
last_ranks as (

    select
        hundreds.period_grain,
        hundreds.period_start_date,
        ranks.revenue_rank,
        hundreds.surplus
        - 5 * sum(ranks.revenue_amount) over (
            partition by ranks.period_grain, ranks.period_start_date
            order by ranks.revenue_rank desc
        ) as surplus_of_larger

    from ranks
    inner join hundreds
        on
            ranks.period_grain = hundreds.period_grain
            and ranks.period_start_date = hundreds.period_start_date
            and ranks.revenue_rank - mod(ranks.revenue_rank, 100) = hundreds.hundred
    where hundreds.surplus between 0 and 5 * hundreds.revenue_amount

),

last_customers as (

    select
        {{ period }},
        max(revenue_rank) as customers

    from last_ranks
    where surplus_of_larger < 0
    group by {{ period }}

),

revenue_ranks as (

    select
        hundreds.period_grain,
        hundreds.period_start_date,
        max(hundreds.customers) as customers,
        sum(hundreds.revenue_amount) as revenue_amount,
        {% for percent in top_percents -%}
            sum(hundreds.top_{{ percent }}_percent_customers)
                as top_{{ percent }}_percent_customers,
            sum(hundreds.top_{{ percent }}_percent_revenue)
                as top_{{ percent }}_percent_revenue,
        {% endfor -%}
        max(last_customers.customers) as customers_for_80_percent,
        sum(hundreds.weighted_revenue_amount) as weighted_revenue_amount

    from hundreds
    inner join last_customers
        on
            hundreds.period_grain = last_customers.period_grain
            and hundreds.period_start_date = last_customers.period_start_date
    group by
        hundreds.period_grain,
        hundreds.period_start_date

)

select * from revenue_ranks
