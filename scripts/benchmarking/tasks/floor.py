"""What nobody can do without: scan both logs, group them by customer, write the groups.

Activity by customer and day, revenue by customer and month. Month after month, so that
no hash table outgrows the cache: the least that DuckDB needs, in time and in memory.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from benchmarking.duckdb_file import new_file, one_row

ACTIVITY = (
    "activity_events",
    "customer_days (customer_id varchar, active_date date, events bigint)",
    "select customer_id, cast(occurred_at as date), count(*)",
)
REVENUE = (
    "revenue_events",
    "customer_months (customer_id varchar, month_start_date date, "
    "revenue_amount decimal(28, 4), events bigint)",
    "select customer_id, cast(date_trunc('month', occurred_at) as date), "
    "sum(case when event_type = 'payment' then amount "
    "when event_type in ('refund', 'chargeback') then -amount else 0 end), count(*)",
)


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Group the raw logs of a warehouse into a new file.

    Args:
        request: `warehouse`, only read; `into`, the new file.

    """
    rows = 0
    with new_file(request["into"], warehouse=request["warehouse"]) as connection:
        for log, table, query in (ACTIVITY, REVENUE):
            connection.execute(f"create table made.{table}")
            name = table.partition(" ")[0]
            first, last = one_row(
                connection,
                f"select min(occurred_at), max(occurred_at) from warehouse.raw.{log}",
            )
            month = date(first.year, first.month, 1) if first else date.max
            while first and month <= last.date():
                following = date(
                    month.year + month.month // 12, month.month % 12 + 1, 1
                )
                connection.execute(
                    f"insert into made.{name} {query} from warehouse.raw.{log} "
                    f"where occurred_at >= timestamp '{month}' "
                    f"and occurred_at < timestamp '{following}' group by all"
                )
                month = following
            rows += one_row(connection, f"select count(*) from made.{name}")[0]
    return {"rows": rows}
