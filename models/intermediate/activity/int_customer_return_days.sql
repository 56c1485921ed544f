{% set day_numbers = setting('n_day_retention_days') %}

with

counted_activity as (

    select * from {{ ref('int_counted_activity') }}

),

first_activity as (

    select * from {{ ref('int_customer_first_activity') }}

),

-- The same events under both ways to count days.
day_numbers as (

    select
        counted_activity.customer_id,
        {{ days_between(
            'first_activity.first_date', 'counted_activity.occurred_date'
        ) }}
            as calendar_day,
        {{ whole_days_between(
            'first_activity.first_at', 'counted_activity.occurred_at'
        ) }}
            as hours_day

    from counted_activity
    inner join first_activity
        on counted_activity.customer_id = first_activity.customer_id

),

-- A bit for each day number that is asked for.
day_bits as (

    select
        customer_id,
        {% for day in ['calendar_day', 'hours_day'] -%}
            cast(
                case {{ day }}
                    {%- for day_number in day_numbers %}
                        when {{ day_number }} then {{ 2 ** loop.index0 }}
                    {%- endfor %}
                    else 0
                end as {{ dbt.type_bigint() }}
            ) as {{ day }}_bit,
        {% endfor -%}
        calendar_day,
        hours_day

    from day_numbers

),

-- One row per customer, however long its log: the bits of all its days, and the first
-- day of return.
return_days as (

    select
        customer_id,
        {{ merged_bits('calendar_day_bit') }} as calendar_day_bits,
        {{ merged_bits('hours_day_bit') }} as hours_day_bits,
        min(case when calendar_day > 0 then calendar_day end) as first_calendar_day,
        min(case when hours_day > 0 then hours_day end) as first_hours_day

    from day_bits
    group by customer_id

),

customer_return_days as (

    select
        first_activity.customer_id,
        first_activity.first_date,
        'calendar' as day_mode,
        {{ days_between('first_activity.first_date', 'first_activity.last_date') }}
            as last_day,
        return_days.first_calendar_day as first_return_day,
        return_days.calendar_day_bits as day_bits,
        first_activity.first_at

    from first_activity
    inner join return_days on first_activity.customer_id = return_days.customer_id

    union all

    select
        first_activity.customer_id,
        first_activity.first_date,
        '24h' as day_mode,
        {{ whole_days_between('first_activity.first_at', 'first_activity.last_at') }}
            as last_day,
        return_days.first_hours_day as first_return_day,
        return_days.hours_day_bits as day_bits,
        first_activity.first_at

    from first_activity
    inner join return_days on first_activity.customer_id = return_days.customer_id

)

select * from customer_return_days
