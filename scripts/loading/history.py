"""What earlier loads left: their times, and files that were seen before."""

from datetime import datetime, timedelta

from loading.results import FileResult
from loading.warehouse import Warehouse, utc_now

# Rows quarantined for these reasons may be good today: read the file again.
PASSING_REASONS = ("unknown_currency", "future_timestamp")


def load_time(warehouse: Warehouse) -> datetime:
    """Return the present instant, later than that of every earlier load."""
    found = warehouse.connection.execute(
        f"select max(started_at) from {warehouse.stored_relation('loads')}"
    ).fetchone()
    latest: datetime | None = found[0] if found else None
    now = utc_now()
    return now if latest is None else max(now, latest + timedelta(microseconds=1))


def unchanged_result(warehouse: Warehouse, result: FileResult) -> FileResult | None:
    """Return the counts of a file that was loaded before, or None to read it.

    Nothing can come of reading the same bytes again, except that a row of a state
    table was replaced since, that a reason for quarantine has passed, or that somebody
    was forgotten, whose rows in it are to be counted.

    Args:
        warehouse: Open.
        result: The file with its hash.

    """
    table = result.file.table
    forgotten = warehouse.stored_relation("forgotten_customers")
    files = warehouse.stored_relation("load_files")
    run = warehouse.connection.execute
    known = run(
        "select load_id, rows_read, first_occurred_at, last_occurred_at "
        f"from {files} where table_name = ? and file_sha256 = ? and status = 'loaded' "
        "order by load_id desc limit 1",
        [table.name, result.sha256],
    ).fetchone()
    if known is None:
        return None
    load_id, rows_read, first, last = known
    passing = run(
        f"select count(*) from {warehouse.stored_relation('quarantine')} as quarantine "
        f"join {files} as load_files using (load_id, table_name, file_name) "
        "where table_name = ? and file_sha256 = ? and list_contains(?, reason_code)",
        [table.name, result.sha256, list(PASSING_REASONS)],
    ).fetchone()
    later = run(
        f"select count(*) from {files} "
        "where table_name = ? and load_id > ? and rows_loaded > 0",
        [table.name, load_id],
    ).fetchone()
    forgotten_since = run(
        f"select count(*) from {forgotten} where forgotten_at > ("
        f"select max(finished_at) from {files} where load_id = ? and table_name = ? "
        "and file_sha256 = ?)",
        [load_id, table.name, result.sha256],
    ).fetchone()
    is_in_folder = "/" in result.file.name
    if (passing and passing[0]) or (forgotten_since and forgotten_since[0]):
        return None
    if table.is_state and (is_in_folder or (later and later[0])):
        return None
    return FileResult(
        file=result.file,
        sha256=result.sha256,
        started_at=result.started_at,
        finished_at=utc_now(),
        status="unchanged",
        read=rows_read,
        duplicates=rows_read,
        first_occurred_at=first,
        last_occurred_at=last,
    )
