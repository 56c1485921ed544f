with

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

-- The later of two subscriptions that stop at one instant says why the customer left.
numbered_stops as (

    select
        'subscription' as retention_basis,
        customer_id,
        effective_at as changed_at,
        reason_code,
        row_number() over (
            partition by
                customer_id,
                effective_at
            order by
                type_rank desc,
                event_id desc
        ) as stop_number

    from subscription_changes
    where
        was_counted
        and not is_counted

),

subscription_stops as (

    select
        retention_basis,
        customer_id,
        changed_at,
        reason_code

    from numbered_stops
    where stop_number = 1

)

select * from subscription_stops
