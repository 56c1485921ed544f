"""MRR by the customers x periods spine, the way that most published projects take.

Every customer meets every period since its first one; an outer join brings the MRR
that holds at the period's end; windows over the periods tell the movements. Repaired:
ends are never null, so the join needs no `or` and DuckDB can hash it.
"""

from collections.abc import Mapping
from typing import Any

from benchmarking.duckdb_file import new_file, one_row

STRETCHES = """
create temp table stretches as
select
    customer_id,
    currency_after as currency,
    mrr_after as mrr,
    is_counted,
    effective_at as valid_from,
    coalesce(
        lead(effective_at) over (
            partition by customer_id, subscription_id order by occurred_at
        ),
        timestamp '9999-12-31'
    ) as valid_to
from intermediate.int_subscription_changes
"""

CUSTOMER_PERIODS = """
with

periods as (
    select
        int_periods.period_start_date,
        cast(int_periods.ending_date as timestamp) as ending_at,
        rates.currency,
        rates.rate,
        coalesce(
            lag(rates.rate) over (
                partition by rates.currency order by int_periods.period_start_date
            ),
            0
        ) as previous_rate
    from intermediate.int_periods
    inner join intermediate.int_exchange_rates as rates
        on int_periods.rate_month_start_date = rates.month_start_date
    where int_periods.period_grain = '{grain}'
),

customers as (
    select customer_id, currency, first_at
    from (
        select
            customer_id,
            currency,
            min(min(valid_from)) over (partition by customer_id) as first_at
        from stretches
        where is_counted
        group by customer_id, currency
    )
),

spine as (
    select
        customers.customer_id,
        customers.currency,
        customers.first_at,
        periods.period_start_date,
        periods.ending_at,
        periods.rate,
        periods.previous_rate
    from customers
    inner join periods on customers.currency = periods.currency
    where customers.first_at < periods.ending_at
),

amounts as (
    select
        spine.customer_id,
        spine.currency,
        spine.period_start_date,
        spine.first_at,
        spine.rate,
        spine.previous_rate,
        coalesce(sum(stretches.mrr), 0) as mrr,
        coalesce(bool_or(stretches.is_counted), false) as is_active
    from spine
    left join stretches
        on spine.customer_id = stretches.customer_id
        and spine.currency = stretches.currency
        and stretches.valid_from < spine.ending_at
        and stretches.valid_to >= spine.ending_at
    group by all
),

pairs as (
    select
        *,
        coalesce(lag(mrr) over periods_of_customer, 0) as previous_mrr,
        coalesce(lag(is_active) over periods_of_customer, false) as was_active
    from amounts
    window periods_of_customer as (
        partition by customer_id, currency order by period_start_date
    )
),

customer_periods as (
    select
        customer_id,
        period_start_date,
        first_at,
        bool_or(was_active) as was_active,
        bool_or(is_active) as is_active,
        sum(cast(previous_mrr as decimal(19, 4)) * previous_rate) as starting_mrr,
        sum(cast(previous_mrr as decimal(19, 4)) * rate) as starting_mrr_now,
        sum(cast(mrr as decimal(19, 4)) * rate) as ending_mrr
    from pairs
    group by all
)

select
    customer_id,
    period_start_date,
    was_active,
    is_active,
    starting_mrr,
    starting_mrr_now,
    ending_mrr,
    case
        when was_active and not is_active then 'churn'
        when not was_active and first_at >= period_start_date then 'new'
        when not was_active then 'reactivation'
        when ending_mrr > starting_mrr_now then 'expansion'
        when ending_mrr < starting_mrr_now then 'contraction'
    end as movement_type
from customer_periods
where was_active or is_active
"""

BRIDGE = """
select
    '{grain}' as period_grain,
    period_start_date,
    sum(starting_mrr) as starting_mrr,
    {flows},
    sum(ending_mrr) as ending_mrr,
    sum(case when is_active then 1 else 0 end) as ending_customers
from ({customer_periods})
group by period_start_date
"""

# Movement, column of the bridge, and what it adds up.
FLOWS = (
    ("new", "new_mrr", "ending_mrr"),
    ("reactivation", "reactivation_mrr", "ending_mrr"),
    ("expansion", "expansion_mrr", "ending_mrr - starting_mrr_now"),
    ("contraction", "contraction_mrr", "starting_mrr_now - ending_mrr"),
    ("churn", "churned_mrr", "starting_mrr_now"),
)


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Make the snapshot by month with its movements, and the bridge, into a new file.

    Args:
        request: `warehouse`, built, only read; `grains` of the bridge, one of them
            month; `memory_limit`, of DuckDB; `into`, the new file.

    """
    flows = ", ".join(
        f"sum(case when movement_type = '{movement}' then {amount} else 0 end) "
        f"as {name}"
        for movement, name, amount in FLOWS
    )
    with new_file(
        request["into"],
        warehouse=request["warehouse"],
        memory_limit=request["memory_limit"],
    ) as connection:
        connection.execute(STRETCHES)
        for number, grain in enumerate(request["grains"]):
            customer_periods = CUSTOMER_PERIODS.format(grain=grain)
            if grain == "month":
                connection.execute(f"create table made.snapshot as {customer_periods}")
                customer_periods = "from made.snapshot"
            query = BRIDGE.format(
                grain=grain, flows=flows, customer_periods=customer_periods
            )
            verb = (
                "insert into made.bridge" if number else "create table made.bridge as"
            )
            connection.execute(f"{verb} {query}")
        (rows,) = one_row(connection, "select count(*) from made.snapshot")
    return {"rows": rows}
