{% set period_grains = ['day', 'week', 'month', 'quarter', 'year'] %}

with

as_of_date as (

    select
        as_of_date,
        first_date,
        cast({{ add_days('as_of_date', -1) }} as date) as last_date

    from {{ ref('int_as_of_date') }}

),

days as (

    {{ series_of_days('first_date', 'last_date', 'as_of_date') }}

),

period_days as (

    {% for period_grain in period_grains %}

        select
            '{{ period_grain }}' as period_grain,
            date_day,
            {{ start_of_period(period_grain, 'date_day') }} as period_start_date

        from days

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select * from period_days
