{% set top_percents = [1, 10, 20, 50] %}

{% set by_revenue -%}
    partition by period_grain, period_start_date
    order by revenue_amount desc, customer_id asc
    rows between unbounded preceding and current row
{%- endset %}

{% set period_customers -%}
    partition by period_grain, period_start_date
{%- endset %}

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
        revenue_days.customer_id,
        sum(revenue_days.revenue_amount) as revenue_amount

    from revenue_days
    inner join period_days on revenue_days.revenue_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        revenue_days.customer_id

),

-- Who got back all it paid, or more, brought nothing in the period.
ranked as (

    select
        period_grain,
        period_start_date,
        revenue_amount,
        row_number() over ({{ by_revenue }}) as revenue_rank,
        (sum(revenue_amount) over ({{ by_revenue }})) - revenue_amount
            as revenue_of_larger,
        count(*) over ({{ period_customers }}) as customers,
        sum(revenue_amount) over ({{ period_customers }}) as period_revenue_amount

    from customer_revenue
    where revenue_amount > 0

),

-- Rank r is among the first ceil(n * p / 100) when 100 r < n p + 100: whole numbers
-- only.
revenue_ranks as (

    select
        period_grain,
        period_start_date,
        max(customers) as customers,
        sum(revenue_amount) as revenue_amount,
        {% for percent in top_percents -%}
            sum(
                case
                    when 100 * revenue_rank < customers * {{ percent }} + 100 then 1
                    else 0
                end
            ) as top_{{ percent }}_percent_customers,
            sum(
                case
                    when 100 * revenue_rank < customers * {{ percent }} + 100
                        then revenue_amount
                end
            ) as top_{{ percent }}_percent_revenue,
        {% endfor -%}
        sum(
            case
                when 5 * revenue_of_larger < 4 * period_revenue_amount then 1
                else 0
            end
        )
            as customers_for_80_percent,
        sum((customers - 2 * revenue_rank + 1) * revenue_amount)
            as weighted_revenue_amount

    from ranked
    group by
        period_grain,
        period_start_date

)

select * from revenue_ranks
