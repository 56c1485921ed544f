with

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where retention_basis = 'subscription'

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

amounts as (

    select
        customer_id,
        effective_at,
        currency_before as currency,
        -mrr_before as mrr_step

    from subscription_changes
    where mrr_before != 0

    union all

    select
        customer_id,
        effective_at,
        currency_after as currency,
        mrr_after as mrr_step

    from subscription_changes
    where mrr_after != 0

),

steps as (

    select
        customer_id,
        effective_at,
        currency,
        sum(mrr_step) as mrr_step

    from amounts
    group by
        customer_id,
        effective_at,
        currency

),

currencies as (

    select
        customer_id,
        currency

    from steps
    group by
        customer_id,
        currency

),

-- Many to many on purpose: at each change a customer has an MRR in each of its
-- currencies, nearly always one.
levels as (

    select
        customer_changes.customer_id,
        customer_changes.change_number,
        customer_changes.changed_date,
        currencies.currency,
        coalesce(steps.mrr_step, 0) as mrr_step,
        sum(coalesce(steps.mrr_step, 0)) over (
            partition by
                customer_changes.customer_id,
                currencies.currency
            order by customer_changes.change_number
            rows between unbounded preceding and current row
        ) as mrr_after

    from customer_changes
    inner join currencies on customer_changes.customer_id = currencies.customer_id
    left join steps
        on
            customer_changes.customer_id = steps.customer_id
            and customer_changes.changed_at = steps.effective_at
            and currencies.currency = steps.currency

),

customer_mrr as (

    select
        levels.customer_id,
        levels.change_number,
        levels.changed_date,
        levels.currency,
        cast(levels.mrr_after - levels.mrr_step as {{ type_money() }}) as mrr_before,
        cast(levels.mrr_after as {{ type_money() }}) as mrr_after,
        exchange_rates.rate

    from levels
    inner join exchange_rates
        on
            levels.currency = exchange_rates.currency
            and {{ start_of_period('month', 'levels.changed_date') }}
            = exchange_rates.month_start_date

)

select * from customer_mrr
