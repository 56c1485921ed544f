with

build_window as (

    select * from {{ ref('int_build_window') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where period_grain in ({{ text_literals(setting('customer_period_grains')) }})

),

new_periods as (

    select
        periods.period_grain,
        periods.period_start_date

    from periods
    cross join build_window
    where
        (
            periods.period_start_date >= build_window.known_until_date
            and periods.period_start_date < build_window.as_of_date
        )
        or (
            periods.next_period_start_date > build_window.known_until_date
            and periods.next_period_start_date <= build_window.as_of_date
        )

)

select * from new_periods
