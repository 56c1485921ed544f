with

orders as (

    select * from {{ ref('int_orders') }}

),

counted_activity as (

    select * from {{ ref('int_counted_activity') }}

),

-- Events of one customer less than a window apart need no look at each other, so each
-- stretch of that length is reduced to its first and last event before any sorting.
stretches as (

    select
        'purchase' as retention_basis,
        customer_id,
        {{ window_number('ordered_at', setting('purchase_inactivity_days')) }}
            as window_number,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at

    from orders
    where customer_id is not null
    group by
        customer_id,
        {{ window_number('ordered_at', setting('purchase_inactivity_days')) }}

    union all

    select
        'activity' as retention_basis,
        customer_id,
        {{ window_number('occurred_at', setting('activity_inactivity_days')) }}
            as window_number,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at

    from counted_activity
    group by
        customer_id,
        {{ window_number('occurred_at', setting('activity_inactivity_days')) }}

),

windows as (

    select
        retention_basis,
        customer_id,
        window_number,
        first_at,
        case retention_basis
            when 'purchase'
                then {{ add_days('last_at', setting('purchase_inactivity_days')) }}
            else {{ add_days('last_at', setting('activity_inactivity_days')) }}
        end as runs_out_at

    from stretches

),

neighbours as (

    select
        *,
        lag(runs_out_at) over (
            partition by
                retention_basis,
                customer_id
            order by window_number
        ) as previous_runs_out_at

    from windows

),

-- Touching windows are one span: only an event after the last has run out starts anew.
numbered_spans as (

    select
        *,
        sum(
            case
                when previous_runs_out_at is null then 1
                when first_at > previous_runs_out_at then 1
                else 0
            end
        ) over (
            partition by
                retention_basis,
                customer_id
            order by window_number
            rows between unbounded preceding and current row
        ) as span_number

    from neighbours

),

numbered_windows as (

    select
        retention_basis,
        customer_id,
        span_number,
        min(first_at) as started_at,
        max(runs_out_at) as ended_at

    from numbered_spans
    group by
        retention_basis,
        customer_id,
        span_number

),

inactivity_spans as (

    select
        retention_basis,
        customer_id,
        started_at,
        ended_at

    from numbered_windows

)

select * from inactivity_spans
