"""What arrived since the last publication and lies in days that were reported before.

These rows explain why a closed period changed; they are counted by the kind of cause,
the group of figures that they can touch, and their day in the reporting zone.
"""

from collections.abc import Iterator

import duckdb

from refreshing.tracked_figures import (
    TOUCHED_BY_ACTIVITY,
    TOUCHED_BY_ANSWERS,
    TOUCHED_BY_PAYMENTS,
    TOUCHED_BY_PEOPLE,
    TOUCHED_BY_RATES,
    TOUCHED_BY_REFUNDS,
    TOUCHED_BY_SUBSCRIPTIONS,
)

REFUNDS = "('refund', 'chargeback')"
# Merges and erasures reach back to the first day of the customers concerned.
BEGINNING = "date '0001-01-01'"


def arrivals_query(connection: duckdb.DuckDBPyConnection, timezone: str) -> str:
    """Return SQL for the arrivals: figure_group, arrived_date, cause, row_count.

    Args:
        connection: The candidate is open under the alias `warehouse`, and the temporary
            table `before` has one row: load_id, published_at, as_of_date.
        timezone: The reporting zone, an IANA name.

    """
    connection.execute(
        "create or replace temp macro local_date(instant) as "
        f"cast(timezone('{timezone}', timezone('UTC', instant)) as date)"
    )
    return f"""
    select
        figure_group,
        -- What is younger than the last report may only decide about the past.
        cast(least(arrived_date, (select as_of_date from before)) as varchar)
            as arrived_date,
        cause,
        count(*) as row_count
    from (
        select cause, arrived_date, unnest(figure_groups) as figure_group
        from ({" union all ".join(_parts())})
    )
    group by all
    """


def _parts() -> Iterator[str]:
    """Yield a query per kind of row: cause, arrived_date, figure_groups."""
    since = "load_id > (select load_id from before)"
    for table, recovered, groups in (
        ("subscription_events", "event_type = 'recovered'", TOUCHED_BY_SUBSCRIPTIONS),
        ("revenue_events", f"event_type in {REFUNDS}", TOUCHED_BY_PAYMENTS),
        ("activity_events", "false", TOUCHED_BY_ACTIVITY),
    ):
        named = "refund" if table == "revenue_events" else "recovery"
        touched = f"{list(groups)}"
        if table == "revenue_events":
            touched = f"if({recovered}, {list(TOUCHED_BY_REFUNDS)}, {list(groups)})"
        corrected = (
            "select event_id from raw.corrected_ids "
            f"where table_name = '{table}' and {since}"
        )
        yield (
            f"select if({recovered}, '{named}', 'late_event') as cause, "
            f"local_date(occurred_at) as arrived_date, {touched} as figure_groups "
            f"from raw.{table} where {since} "
            f"and coalesce(event_id not in ({corrected}), true)"
        )
        yield (
            "select 'correction', min(local_date(occurred_at)), "
            f"{list(groups)} from raw.{table} "
            f"where event_id in ({corrected}) group by event_id"
        )
    yield (
        "select 'late_event', local_date(responded_at), "
        f"{list(TOUCHED_BY_ANSWERS)} from raw.survey_responses where {since}"
    )
    yield (
        "select 'rate', if(rate_date = min(rate_date) over (partition by currency), "
        f"{BEGINNING}, rate_date), {list(TOUCHED_BY_RATES)} "
        f"from raw.exchange_rates qualify {since}"
    )
    yield (
        f"select 'merge', {BEGINNING}, {list(TOUCHED_BY_PEOPLE)} from raw.customers "
        "where merged_into_customer_id is not null "
        "group by customer_id, merged_into_customer_id "
        "having min(load_id) > (select load_id from before)"
    )
    yield (
        f"select 'correction', {BEGINNING}, {list(TOUCHED_BY_PEOPLE)} "
        "from raw.forgotten_customers "
        "where forgotten_at > (select published_at from before)"
    )
