"""Frequency, recency, age and value of every buyer, from the mart of orders."""

from collections.abc import Mapping
from typing import Any

from benchmarking.duckdb_file import new_file, one_row

SUMMARY = """
create table made.summary as
with

days as (
    select
        customer_id,
        cast(ordered_at as date) as order_date,
        sum(amount) as amount
    from marts.fct_orders
    group by all
),

customers as (
    select
        customer_id,
        count(*) - 1 as frequency,
        min(order_date) as first_date,
        max(order_date) as last_date,
        sum(amount) - min_by(amount, order_date) as repeat_amount
    from days
    group by customer_id
)

select
    customers.customer_id,
    customers.frequency,
    customers.last_date - customers.first_date as recency,
    int_as_of_date.as_of_date - 1 - customers.first_date as age,
    coalesce(customers.repeat_amount / nullif(customers.frequency, 0), 0)
        as monetary_value
from customers
cross join intermediate.int_as_of_date
"""


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Summarise the orders of a built warehouse.

    Args:
        request: `warehouse`, only read; `into`, the new file.

    """
    with new_file(request["into"], warehouse=request["warehouse"]) as connection:
        connection.execute(SUMMARY)
        (rows,) = one_row(connection, "select count(*) from made.summary")
    return {"rows": rows}
