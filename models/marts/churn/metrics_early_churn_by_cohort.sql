{% set marks = {'first_month': 1, 'first_year': 12, 'second_year': 24} %}

with

customer_spans as (

    select * from {{ ref('int_customer_spans') }}

),

customer_cohorts as (

    select * from {{ ref('int_customer_cohorts') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

local_spans as (

    select
        retention_basis,
        customer_id,
        {{ to_reporting_time('started_at') }} as started_at,
        case when is_open then ended_at else {{ to_reporting_time('ended_at') }} end
            as ended_at

    from customer_spans

),

-- Marks are counted from the wall clock of a customer's own first start.
customers as (

    select
        retention_basis,
        {% for mark, months in marks.items() -%}
            {{ add_months('min(started_at)', months) }} as {{ mark }}_at,
        {% endfor -%}
        customer_id

    from local_spans
    group by
        retention_basis,
        customer_id

),

-- An end exactly at a mark is lost. A mark that is not past says nothing yet.
states as (

    select
        customers.retention_basis,
        {% for mark in marks -%}
            max(
                case
                    when customers.{{ mark }}_at >= as_of_date.as_of_at then null
                    when
                        local_spans.started_at <= customers.{{ mark }}_at
                        and local_spans.ended_at > customers.{{ mark }}_at
                        then 1
                    else 0
                end
            ) as is_active_at_{{ mark }},
        {% endfor -%}
        customers.customer_id

    from customers
    inner join local_spans
        on
            customers.retention_basis = local_spans.retention_basis
            and customers.customer_id = local_spans.customer_id
    cross join as_of_date
    group by
        customers.retention_basis,
        customers.customer_id

),

counts as (

    select
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date,
        count(states.is_active_at_first_month) as first_month_eligible_customers,
        count(case when states.is_active_at_first_month = 0 then 1 end)
            as first_month_churned_customers,
        count(states.is_active_at_first_year) as first_year_eligible_customers,
        count(case when states.is_active_at_first_year = 0 then 1 end)
            as first_year_churned_customers,
        count(
            case
                when states.is_active_at_first_year = 1
                    then states.is_active_at_second_year
            end
        ) as second_year_eligible_customers,
        count(
            case
                when
                    states.is_active_at_first_year = 1
                    and states.is_active_at_second_year = 0
                    then 1
            end
        ) as second_year_churned_customers

    from customer_cohorts
    inner join states
        on
            customer_cohorts.retention_basis = states.retention_basis
            and customer_cohorts.customer_id = states.customer_id
    group by
        customer_cohorts.retention_basis,
        customer_cohorts.period_grain,
        customer_cohorts.cohort_start_date

),

early_churn_by_cohort as (

    select
        counts.retention_basis,
        counts.period_grain,
        counts.cohort_start_date,
        {% for mark in marks -%}
            {%- set eligible = 'counts.' ~ mark ~ '_eligible_customers' -%}
            {%- set churned = 'counts.' ~ mark ~ '_churned_customers' -%}
            cast({{ eligible }} as {{ dbt.type_bigint() }})
                as {{ mark }}_eligible_customers,
            cast({{ churned }} as {{ dbt.type_bigint() }})
                as {{ mark }}_churned_customers,
            {{ safe_ratio(churned, eligible) }} as {{ mark }}_churn_rate,
            {{ wilson_low(churned, eligible) }} as {{ mark }}_churn_rate_low,
            {{ wilson_high(churned, eligible) }}
                as {{ mark }}_churn_rate_high,
        {% endfor -%}
        periods.is_complete

    from counts
    inner join periods
        on
            counts.period_grain = periods.period_grain
            and counts.cohort_start_date = periods.period_start_date

)

select * from early_churn_by_cohort
