"""The same company as if it had begun to record a few months before the end.

Events before the cut are left out. A subscription that was running then starts at the
cut, at the price that was in force.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
from refreshing.warehouse_file import literal

from benchmarking.arrivals import FILE_FORMAT, raw_tables
from benchmarking.duckdb_file import one_row

# The column of time of each table that has a history.
TIMES = {
    "subscription_events": "occurred_at",
    "revenue_events": "occurred_at",
    "activity_events": "occurred_at",
    "survey_responses": "responded_at",
    "acquisition_costs": "cost_date",
}
RUNNING = """
insert into raw.subscription_events
select * replace ('started' as event_type, {cut} as occurred_at)
from source.raw.subscription_events
where occurred_at < {cut} and event_type in ('started', 'changed')
and subscription_id not in (
    select subscription_id from source.raw.subscription_events
    where event_type = 'ended' and occurred_at < {cut}
)
qualify row_number() over (
    partition by subscription_id order by occurred_at desc, recorded_at desc
) = 1
"""


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Copy raw rows of the last months.

    Args:
        request: `warehouse`, loaded, only read; `months` to keep; `into`, a new file.

    """
    with duckdb.connect(request["into"], config=FILE_FORMAT) as connection:
        connection.execute(
            f"attach {literal(request['warehouse'])} as source (read_only)"
        )
        (last,) = one_row(
            connection, "select max(occurred_at) from source.raw.revenue_events"
        )
        (cut,) = one_row(
            connection,
            f"select date_trunc('month', timestamp '{last}') "
            f"- interval {int(request['months']) - 1} month",
        )
        connection.execute("create schema raw")
        rows = 0
        for table in raw_tables(connection):
            kept = (
                f" where {TIMES[table]} >= timestamp '{cut}'" if table in TIMES else ""
            )
            connection.execute(
                f"create table raw.{table} as from source.raw.{table}{kept}"
            )
            rows += one_row(connection, f"select count(*) from raw.{table}")[0]
        connection.execute(RUNNING.format(cut=f"timestamp '{cut}'"))
    return {"rows": rows}
