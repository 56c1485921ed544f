{% set states = ['customers', 'customer_attributes'] %}

with

new_loads as (

    select new_loads.load_id
    from {{ ref('int_new_loads') }} as new_loads
    cross join {{ ref('int_build_window') }}
    where new_loads.is_new

),

corrected_ids as (

    select
        corrected_ids.table_name,
        corrected_ids.event_id

    from {{ source('raw', 'corrected_ids') }} as corrected_ids
    inner join new_loads on corrected_ids.load_id = new_loads.load_id
    group by
        corrected_ids.table_name,
        corrected_ids.event_id

),

{% for event_log in event_logs() %}

    {{ event_log }}_corrected as (

        select event_id from corrected_ids
        where table_name = '{{ event_log }}'

    ),

{% endfor %}

-- Whose rows came since the last build, and whose rows were corrected by them. A guest
-- has no id; guests are touched together.
new_rows as (

    {% for event_log in event_logs() %}

        select
            coalesce(events.customer_id, '') as customer_id,
            '{{ event_log }}' as log_name,
            cast({{ to_reporting_time('events.occurred_at') }} as date) as from_date

        from {{ source('raw', event_log) }} as events
        inner join new_loads on events.load_id = new_loads.load_id

        union all

        select
            coalesce(events.customer_id, '') as customer_id,
            '{{ event_log }}' as log_name,
            cast({{ to_reporting_time('events.occurred_at') }} as date) as from_date

        from {{ source('raw', event_log) }} as events
        inner join {{ event_log }}_corrected as corrected
            on events.event_id = corrected.event_id

        union all

    {% endfor %}

    {% for state in states %}

        select
            {{ state }}.customer_id,
            'customers' as log_name,
            cast(null as date) as from_date

        from {{ source('raw', state) }} as {{ state }}
        inner join new_loads on {{ state }}.load_id = new_loads.load_id

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

customers_with_new_rows as (

    select
        customer_id,
        log_name,
        {{ earliest('from_date') }} as from_date

    from new_rows
    group by
        customer_id,
        log_name

)

select * from customers_with_new_rows
