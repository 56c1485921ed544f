with

issues as (

    select * from {{ ref('int_data_quality_issues') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

customer_states as (

    select * from {{ ref('int_customer_states') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- Today's MRR is worth the rate of the last known month.
current_rates as (

    select
        exchange_rates.currency,
        exchange_rates.rate

    from exchange_rates
    inner join as_of_date
        on
            exchange_rates.month_start_date
            = {{ start_of_period('month', add_days('as_of_date.as_of_date', -1)) }}

),

-- A bad row may name anything as its customer: only those who exist are shown.
valued_issues as (

    select
        issues.table_name,
        issues.issue_code,
        issues.subject_id,
        customers.customer_id,
        issues.occurred_at,
        issues.load_id,
        issues.row_count,
        case
            when issues.currency is not null
                then round(
                    {{ in_reporting_currency('issues.mrr', 'current_rates.rate') }}, 4
                )
            when customers.customer_id is not null
                then coalesce(customer_states.mrr, 0)
        end as mrr,
        row_number() over (
            partition by
                issues.table_name,
                issues.issue_code,
                issues.customer_id,
                issues.subscription_id
            order by issues.subject_id
        ) as issue_number

    from issues
    left join customers on issues.customer_id = customers.customer_id
    left join customer_states on issues.customer_id = customer_states.customer_id
    left join current_rates on issues.currency = current_rates.currency

),

-- Several issues put the same amount at stake once, so sums hold.
data_quality_issues as (

    select
        table_name,
        issue_code,
        subject_id,
        customer_id,
        occurred_at,
        load_id,
        row_count,
        cast(
            case
                when mrr is null or issue_number = 1 then mrr
                else 0
            end as {{ type_money_sum() }}
        ) as mrr_at_stake

    from valued_issues

)

select * from data_quality_issues
