"""Raw rows of one load, told apart into a first load and the load of a day later.

The second load has the last day and the rows that come late: some of those of the week
before, drawn by the digest of the row. An ordinary day ends no week and no month: what
happened after the newest such day is left out.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import duckdb
from refreshing.warehouse_file import literal

from benchmarking.arrivals import EVENT_LOGS, FILE_FORMAT, raw_tables
from benchmarking.duckdb_file import one_row

FIRST_LOAD, SECOND_LOAD = "load_1", "load_2"
# When a row came to be. Tables that are not named came with the first load.
TIMES = {
    **dict.fromkeys(EVENT_LOGS, "occurred_at"),
    "survey_responses": "responded_at",
    "customers": "signed_up_at",
    "customer_attributes": "valid_from",
}


def ends_period(day: date) -> bool:
    """Tell whether a week or a month ends with the day."""
    following = day + timedelta(days=1)
    return following.day == 1 or following.weekday() == calendar.MONDAY


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Copy the raw rows, each with the load that brings it.

    Args:
        request: `warehouse`, loaded, only read; `into`, a new file; `late_percent` of
            the rows of the `late_days` before the last one; `is_ordinary`, whether the
            last day must be an ordinary one.

    """
    with duckdb.connect(request["into"], config=FILE_FORMAT) as connection:
        connection.execute(
            f"attach {literal(request['warehouse'])} as source (read_only)"
        )
        (last,) = one_row(
            connection,
            "select cast(max(occurred_at) as date) from source.raw.revenue_events",
        )
        newest = last
        while request["is_ordinary"] and ends_period(last):
            last -= timedelta(days=1)
        connection.execute("create schema raw")
        late_rows = 0
        batch_rows = 0
        for table in raw_tables(connection):
            instant = TIMES.get(table)
            if instant is None:
                load = f"'{FIRST_LOAD}'"
            else:
                is_late = (
                    f"{instant} >= date '{last}' - {request['late_days']} "
                    f"and hash(source_rows) % 100 < {request['late_percent']}"
                    if table in EVENT_LOGS
                    else "false"
                )
                # What is scheduled for a later day is known before it.
                load = (
                    f"case when {instant} >= date '{last}' + 1 then '{FIRST_LOAD}' "
                    f"when {instant} >= date '{last}' or {is_late} "
                    f"then '{SECOND_LOAD}' else '{FIRST_LOAD}' end"
                )
            columns = [
                name
                for name, *_ in connection.execute(
                    f"describe source.raw.{table}"
                ).fetchall()
            ]
            replaced = f" replace ({load} as load_id)" if "load_id" in columns else ""
            left_out = (
                ""
                if instant is None
                else f" where not ({instant} >= date '{last}' + 1 "
                f"and {instant} < date '{newest}' + 1)"
            )
            connection.execute(
                f"create table raw.{table} as "
                f"select *{replaced} from source.raw.{table} as source_rows{left_out}"
            )
            if instant is not None:
                batch, late = one_row(
                    connection,
                    f"select count(*), count(*) filter ({instant} < date '{last}') "
                    f"from raw.{table} where load_id = '{SECOND_LOAD}'",
                )
                batch_rows += batch
                late_rows += late
        connection.execute(
            "insert into raw.loads select * replace "
            f"('{SECOND_LOAD}' as load_id, started_at + interval 1 day as started_at, "
            "finished_at + interval 1 day as finished_at) from raw.loads limit 1"
        )
    return {"rows": batch_rows, "late_rows": late_rows}
