{% set customer_orders -%}
    partition by customer_id
    order by ordered_at, order_id
{%- endset %}

with

orders as (

    select * from {{ ref('int_orders') }}
    where customer_id is not null

),

numbered_orders as (

    select
        *,
        row_number() over ({{ customer_orders }}) as order_number,
        lag(ordered_date) over ({{ customer_orders }}) as previous_ordered_date

    from orders

),

fct_orders as (

    select
        customer_id,
        order_id,
        ordered_at,
        cast(order_number as {{ dbt.type_bigint() }}) as order_number,
        {{ round_money('amount') }} as amount,
        {{ round_money('refunded_amount') }} as refunded_amount,
        {{ days_between('previous_ordered_date', 'ordered_date') }}
            as days_since_previous_order

    from numbered_orders

)

select * from fct_orders
