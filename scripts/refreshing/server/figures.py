"""What a server's candidate reports, in a small DuckDB database beside it.

Figures are written down by the same SQL as those of a file: what it reads is fetched,
and what it appends is sent back. Of the logs that is what came since the last time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from loading.postgres_copy import PostgresCopy

from refreshing.published_figures import append_figures
from refreshing.server.schemas import tables_of
from refreshing.server.session import Session
from refreshing.tracked_figures import TRACKED_MARTS

LOGS = ("subscription_events", "revenue_events", "activity_events")
WHOLE = (
    ("raw", "loads"),
    ("raw", "published_figures"),
    ("raw", "corrected_ids"),
    ("raw", "exchange_rates"),
    ("raw", "forgotten_customers"),
    ("intermediate", "int_as_of_date"),
)
LAST_LOAD = """
    select coalesce((
        select value from {raw}.published_figures
        where mart_name = 'publication' and column_name = 'load_id'
        order by published_at desc
        limit 1
    ), '')
"""


@dataclass(frozen=True)
class PublicationOf:
    """What figures are written down with: when, of which project, under which vars."""

    published_at: datetime
    project: Path
    vars_text: str


def append_server_figures(
    session: Session,
    prefix: str,
    publication: PublicationOf,
    *,
    folder: Path,
    memory_limit: str,
) -> None:
    """Append to `raw.published_figures` of the schemas with a prefix.

    Args:
        session: Of the server.
        prefix: Of the candidate.
        publication: What is prepared.
        folder: Private to this, and removed; a killed run may have left it.
        memory_limit: What DuckDB may use before it spills to disk.

    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        with _fetched(session, prefix, folder, memory_limit) as connection:
            append_figures(
                connection,
                publication.published_at,
                publication.project,
                publication.vars_text,
            )
            with session.cursor() as cursor:
                PostgresCopy(cursor, connection, folder).send_rows(
                    "select * from raw.published_figures where published_at = ?",
                    [publication.published_at],
                    f"{prefix}raw.published_figures",
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _fetched(
    session: Session, prefix: str, folder: Path, memory_limit: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a database under the alias `warehouse` with what figures are made of."""
    ((last_load,),) = session.rows(LAST_LOAD.format(raw=f"{prefix}raw"))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spilled"),
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("use warehouse")
        for schema in ("raw", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        for schema, name, condition in _parts(session, prefix, str(last_load)):
            with session.cursor() as cursor:
                PostgresCopy(cursor, connection, folder).fetch_table(
                    f"{prefix}{schema}", name, f"{schema}.{name}", condition
                )
        yield connection


def _parts(
    session: Session, prefix: str, last_load: str
) -> Iterator[tuple[str, str, str]]:
    """Yield what is fetched: schema, table, and which of its rows."""
    for schema, name in WHOLE:
        yield schema, name, "true"
    present = tables_of(session, f"{prefix}marts")
    for mart in TRACKED_MARTS:
        if mart.name in present:
            yield "marts", mart.name, "true"
    # Load ids are the loader's own: digits, letters and hyphens.
    since = f"load_id > '{last_load}'" if last_load else "false"
    for log in LOGS:
        corrected = (
            f"select event_id from {prefix}raw.corrected_ids "
            f"where table_name = '{log}' and {since}"
        )
        yield "raw", log, f"{since} or event_id in ({corrected})"
    yield "raw", "survey_responses", since
    yield "raw", "customers", "merged_into_customer_id is not null"
