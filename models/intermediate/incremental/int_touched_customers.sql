{% set log_names = [
    'subscription_events', 'revenue_events', 'activity_events', 'customers'
] %}

with

build_window as (

    select * from {{ ref('int_build_window') }}

),

new_rows as (

    select * from {{ ref('int_new_rows') }}

),

newly_known_rows as (

    select * from {{ ref('int_newly_known_rows') }}

),

changed_rates as (

    select * from {{ ref('int_changed_rates') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

moved_customers as (

    select * from {{ ref('int_moved_customers') }}

),

new_periods as (

    select * from {{ ref('int_new_periods') }}

),

-- Who was touched in builds that did not finish.
touched_before as (

    select * from {{ source('build', 'build_touched') }}

),

touched_ids as (

    select
        customer_id,
        log_name,
        from_date

    from new_rows

    union all

    select
        customer_id,
        log_name,
        from_date

    from newly_known_rows

    union all

    -- Logs as they lie in raw: a version that was corrected since touches its customer
    -- for nothing, which is cheaper than to look for the newest one. Without a currency
    -- an amount is in the reporting one, which has no rate that changes.
    {% for event_log in ['subscription_events', 'revenue_events'] %}
        select
            coalesce(events.customer_id, '') as customer_id,
            'exchange_rates' as log_name,
            cast(null as date) as from_date

        from {{ source('raw', event_log) }} as events
        inner join changed_rates on events.currency = changed_rates.currency

        {{ 'union all' if not loop.last }}
    {% endfor %}

    {% for log_name in log_names %}

        union all

        select
            customer_id,
            '{{ log_name }}' as log_name,
            cast(null as date) as from_date

        from moved_customers

    {% endfor %}

),

touched_survivors as (

    select
        coalesce(survivors.surviving_customer_id, touched_ids.customer_id)
            as customer_id,
        touched_ids.log_name,
        {{ earliest('touched_ids.from_date') }} as from_date

    from touched_ids
    left join survivors on touched_ids.customer_id = survivors.customer_id
    group by
        coalesce(survivors.surviving_customer_id, touched_ids.customer_id),
        touched_ids.log_name

),

-- A customer is touched under every id it has or had: raw rows keep the old ones.
every_id as (

    select * from touched_ids
    union all
    select * from touched_survivors
    union all
    select
        survivors.customer_id,
        touched_survivors.log_name,
        touched_survivors.from_date

    from touched_survivors
    inner join survivors
        on touched_survivors.customer_id = survivors.surviving_customer_id

    union all

    select
        customer_id,
        log_name,
        from_date

    from touched_before

),

-- The marker stands for everybody: without a build to continue, all is built anew.
markers as (

    select count(*) as window_count
    from build_window

),

touched_customers as (

    select
        customer_id,
        log_name,
        {{ earliest('from_date') }} as from_date

    from every_id
    group by
        customer_id,
        log_name

    union distinct

    select
        '' as customer_id,
        'new_periods' as log_name,
        cast(null as date) as from_date

    from new_periods

    union distinct

    select
        '' as customer_id,
        'everything' as log_name,
        cast(null as date) as from_date

    from markers
    where window_count = 0

)

select * from touched_customers
