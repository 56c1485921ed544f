-- A row is a movement that does not begin where the customer's previous one ended, or a
-- customer whose movements do not add up to its MRR of today. Customers with a price in
-- another currency are left out: between two movements the rate changes their MRR.
with

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

customer_mrr as (

    select * from {{ ref('int_customer_mrr') }}

),

foreign_customers as (

    select customer_id
    from customer_mrr
    where currency != {{ text_literal(setting('reporting_currency')) }}
    group by customer_id

),

neighbours as (

    select
        movements.customer_id,
        movements.movement_number,
        movements.mrr_before,
        coalesce(
            lag(movements.mrr_after) over (
                partition by movements.customer_id
                order by movements.movement_number
            ),
            0
        ) as previous_mrr_after

    from movements
    left join foreign_customers on movements.customer_id = foreign_customers.customer_id
    where foreign_customers.customer_id is null

),

sums as (

    select
        customer_id,
        sum(mrr_change) as mrr_change

    from movements
    group by customer_id

),

differences as (

    select
        customer_id,
        movement_number,
        previous_mrr_after as expected_mrr,
        mrr_before as actual_mrr

    from neighbours
    where mrr_before != previous_mrr_after

    union all

    select
        customers.customer_id,
        null as movement_number,
        coalesce(sums.mrr_change, 0) as expected_mrr,
        customers.mrr as actual_mrr

    from customers
    left join sums on customers.customer_id = sums.customer_id
    left join foreign_customers on customers.customer_id = foreign_customers.customer_id
    where
        foreign_customers.customer_id is null
        and customers.mrr != coalesce(sums.mrr_change, 0)

)

select * from differences
