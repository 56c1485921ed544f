with

period_days as (

    select * from {{ ref('int_period_days') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

starts as (

    select
        period_grain,
        period_start_date,
        max(date_day) as last_known_date

    from period_days
    group by
        period_grain,
        period_start_date

),

ends as (

    select
        period_grain,
        period_start_date,
        last_known_date,
        case period_grain
            when 'day' then cast({{ add_days('period_start_date', 1) }} as date)
            when 'week' then cast({{ add_days('period_start_date', 7) }} as date)
            when 'month' then cast({{ add_months('period_start_date', 1) }} as date)
            when 'quarter' then cast({{ add_months('period_start_date', 3) }} as date)
            else cast({{ add_months('period_start_date', 12) }} as date)
        end as next_period_start_date,
        row_number() over (
            partition by period_grain
            order by period_start_date
        ) as period_index

    from starts

),

-- In an open period the end is the first instant of as_of_date.
periods as (

    select
        ends.period_grain,
        ends.period_start_date,
        ends.next_period_start_date,
        ends.next_period_start_date <= as_of_date.as_of_date as is_complete,
        cast(ends.period_index as {{ dbt.type_bigint() }}) as period_index,
        cast({{ add_days('ends.last_known_date', 1) }} as date) as ending_date,
        {{ start_of_period('month', 'ends.last_known_date') }} as rate_month_start_date

    from ends
    cross join as_of_date

)

select * from periods
