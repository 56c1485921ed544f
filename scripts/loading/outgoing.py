"""What a finished load adds to the raw tables: one query on `staging` per table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from loading.contract import TABLES, RawTable
from loading.raw_schema import BOOKKEEPING
from loading.results import FileResult


@dataclass(frozen=True)
class Outgoing:
    """Rows for one raw table.

    `query` runs on the connection that sees `staging`, with `values` bound; its
    columns are those of the raw table, all of them, in the order of `raw_schema`.
    """

    table_name: str
    query: str
    values: list[object] = field(default_factory=list)


def outgoing_rows(
    connection: duckdb.DuckDBPyConnection,
    load_id: str,
    times: tuple[datetime, Callable[[], datetime]],
    source_name: str,
    files: list[FileResult],
) -> Iterator[Outgoing]:
    """Yield what the raw tables gain, in the order in which it must be written.

    Args:
        connection: Sees `staging`, with all rows decided.
        load_id: The load.
        times: Its beginning, and what says the present instant when it ends.
        source_name: Name of the source folder.
        files: Results, in the order of the staged file numbers.

    Yields:
        One part per table; the row of `raw.loads` comes last.

    """
    started_at, now = times
    for table in TABLES:
        yield _table_rows(connection, table, load_id, started_at)
        if table.key == ("event_id",):
            yield _corrected_ids(table, load_id)
    yield Outgoing(
        "quarantine",
        "select cast(? as varchar), table_name, file_name, line_number, reason_code, "
        "raw_text, cast(? as timestamp), customer_id, occurred_at "
        "from staging.quarantine "
        "order by table_name, file_name, line_number",
        [load_id, started_at],
    )
    for file in files:
        yield _bookkeeping_row("load_files", _load_file_values(load_id, file))
    yield _bookkeeping_row("loads", [load_id, started_at, now(), source_name, "loaded"])


def _table_rows(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    load_id: str,
    started_at: datetime,
) -> Outgoing:
    """Return the good rows of one table, but not its duplicates and conflicts."""
    names = ", ".join(table.column_names)
    left_out = (
        "select file_number, line_number from staging.outcomes "
        f"where table_name = '{table.name}' "
        "and outcome not in ('corrected', 'version')"
    )
    query = (
        f"select {names}, cast(? as varchar), cast(? as timestamp) "
        f"from staging.{table.name} as staged"
    )
    # Most big loads repeat nothing, and a plain copy is a good deal faster.
    if connection.execute(f"{left_out} limit 1").fetchone() is not None:
        query += f" anti join ({left_out}) using (file_number, line_number)"
    return Outgoing(
        table.name, f"{query} where fault_code is null", [load_id, started_at]
    )


def _corrected_ids(table: RawTable, load_id: str) -> Outgoing:
    """Return the ids of which the raw table will hold several versions."""
    return Outgoing(
        "corrected_ids",
        "select distinct cast(? as varchar), event_id, cast(? as varchar) "
        f"from staging.{table.name} "
        "semi join (select file_number, line_number from staging.outcomes "
        "where table_name = ? and outcome in ('corrected', 'version')) "
        "using (file_number, line_number)",
        [table.name, load_id, table.name],
    )


def _bookkeeping_row(name: str, values: list[object]) -> Outgoing:
    """Return one row for a table of the loader's bookkeeping."""
    types = [column.split()[1] for column in BOOKKEEPING[name].split(", ")]
    cells = ", ".join(f"cast(? as {sql_type})" for sql_type in types)
    return Outgoing(name, f"select {cells}", values)


def _load_file_values(load_id: str, file: FileResult) -> list[object]:
    return [
        load_id,
        file.file.table.name,
        file.file.name,
        file.sha256,
        file.started_at,
        file.finished_at,
        file.status,
        file.read,
        file.loaded,
        file.duplicates,
        file.quarantined,
        file.corrected,
        file.first_occurred_at,
        file.last_occurred_at,
        file.forgotten,
    ]
