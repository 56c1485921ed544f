with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}
    where retention_basis = 'subscription'

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where period_grain in ({{ text_literals(setting('customer_period_grains')) }})

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

last_of_period as (

    select
        period_days.period_grain,
        period_days.period_start_date,
        customer_changes.customer_id,
        max(customer_changes.change_number) as change_number

    from customer_changes
    inner join period_days on customer_changes.changed_date = period_days.date_day
    group by
        period_days.period_grain,
        period_days.period_start_date,
        customer_changes.customer_id

),

-- What holds at the end of a period holds at the ends up to the next period with a
-- change.
stretches as (

    select
        last_of_period.customer_id,
        last_of_period.change_number,
        periods.period_grain,
        periods.period_index as first_index,
        lead(periods.period_index) over (
            partition by
                last_of_period.customer_id,
                periods.period_grain
            order by periods.period_index
        ) as next_index

    from last_of_period
    inner join periods
        on
            last_of_period.period_grain = periods.period_grain
            and last_of_period.period_start_date = periods.period_start_date

),

shapes as (

    select
        period_grain,
        first_index,
        next_index

    from stretches
    group by
        period_grain,
        first_index,
        next_index

),

-- There are few shapes of stretches, however many customers: so only shapes meet
-- periods.
shape_periods as (

    select
        shapes.period_grain,
        shapes.first_index,
        coalesce(shapes.next_index, 0) as next_index,
        periods.period_start_date,
        periods.period_index,
        periods.rate_month_start_date

    from shapes
    inner join periods on shapes.period_grain = periods.period_grain
    where
        periods.period_index >= shapes.first_index
        and (shapes.next_index is null or periods.period_index < shapes.next_index)

),

-- The customer-by-period expansion, of those who are customers at the end of the
-- period.
customer_periods as (

    select
        stretches.customer_id,
        stretches.change_number,
        shape_periods.period_grain,
        shape_periods.period_start_date,
        shape_periods.period_index,
        shape_periods.rate_month_start_date

    from stretches
    inner join customer_changes
        on
            stretches.customer_id = customer_changes.customer_id
            and stretches.change_number = customer_changes.change_number
    inner join shape_periods
        on
            stretches.period_grain = shape_periods.period_grain
            and stretches.first_index = shape_periods.first_index
            and coalesce(stretches.next_index, 0) = shape_periods.next_index
    where customer_changes.is_active

),

customer_period_states as (

    select
        customer_periods.customer_id,
        customer_periods.period_grain,
        customer_periods.period_start_date,
        customer_periods.period_index + 1 as next_period_index,
        coalesce(
            sum({{ in_reporting_currency(
                'customer_mrr.mrr_after', 'exchange_rates.rate'
            ) }}),
            0
        ) as ending_mrr

    from customer_periods
    left join customer_mrr
        on
            customer_periods.customer_id = customer_mrr.customer_id
            and customer_periods.change_number = customer_mrr.change_number
    left join exchange_rates
        on
            customer_mrr.currency = exchange_rates.currency
            and customer_periods.rate_month_start_date = exchange_rates.month_start_date
    group by
        customer_periods.customer_id,
        customer_periods.period_grain,
        customer_periods.period_start_date,
        customer_periods.period_index

)

select * from customer_period_states
