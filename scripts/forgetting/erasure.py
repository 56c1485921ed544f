"""Erasing a person from one DuckDB file, which is written anew without them.

Rows that are only deleted stay in freed blocks of the file. So a copy is emptied of the
person, its rows are copied into a new file, and that takes the place of the old one.
"""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from loading.contract import TABLES
from loading.raw_schema import BOOKKEEPING
from loading.warehouse import utc_now
from refreshing.errors import RefreshError
from refreshing.folder import sync
from refreshing.publish import STORAGE_VERSION
from refreshing.warehouse_file import base_tables, literal, opened, quoted

from forgetting.memory import is_known, remember

ERASED_TABLES = ("forgotten_customers", "erased_rows")
# Between two of these signs a word of a quarantined line ends.
BOUNDARY = r"[^\p{L}\p{N}_.@+-]"


@dataclass
class Erasure:
    """What was removed: rows by `schema.table`."""

    rows: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, count: int) -> None:
        """Count rows, if there are any."""
        if count:
            self.rows[table] = self.rows.get(table, 0) + count


def erase(path: Path, ids: list[str], work: Path, memory_limit: str) -> Erasure:
    """Erase a person from a file and remember the hashes of their ids in it.

    Args:
        path: A warehouse, or a file of marts only; its mode is kept.
        ids: All ids of the person.
        work: Empty private folder on the same disk.
        memory_limit: What DuckDB may use.

    Raises:
        RefreshError: A write-ahead log lies beside the file.

    """
    log = path.with_name(f"{path.name}.wal")
    if log.exists():
        raise RefreshError(f"{log}: somebody writes to this file; nothing was erased")
    copy, fresh = work / "copy.duckdb", work / path.name
    shutil.copyfile(path, copy)
    with opened(copy, memory_limit) as connection:
        erasure = _empty(connection, ids)
        connection.execute(
            f"attach {literal(fresh)} as fresh (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("copy from database warehouse to fresh")
        connection.execute("force checkpoint fresh")
    sync(fresh)
    fresh.chmod(path.stat().st_mode)
    fresh.replace(path)
    sync(path.parent)
    copy.unlink()
    return erasure


def is_mentioned(path: Path, ids: list[str], memory_limit: str) -> bool:
    """Say whether a file holds a row of the person, or knows that they were erased."""
    with opened(path, memory_limit, read_only=True) as connection:
        if ERASED_TABLES[0] in base_tables(connection, "raw") and is_known(
            connection, ids
        ):
            return True
        for schema, name in _tables(connection):
            condition = _names_person(connection, schema, name)
            if (
                condition
                and connection.execute(
                    f"select 1 from {quoted(schema)}.{quoted(name)} "
                    f"where {condition} limit 1",
                    {"ids": ids},
                ).fetchone()
            ):
                return True
    return False


def _empty(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> Erasure:
    """Delete the person's rows; connection is to a private copy."""
    erasure = Erasure()
    is_raw = "loads" in base_tables(connection, "raw")
    if is_raw:
        _prepare_raw(connection)
        _erase_raw(connection, ids, erasure)
        remember(connection, ids)
        _forget_build(connection)
    for schema, name in _tables(connection):
        condition = _names_person(connection, schema, name)
        if condition and schema != "raw":
            relation = f"{quoted(schema)}.{quoted(name)}"
            removed = _delete(connection, relation, condition, ids)
            erasure.add(f"{schema}.{name}", removed)
    return erasure


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return schema and name of every table of the file."""
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'warehouse' order by all"
    ).fetchall()


def _prepare_raw(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ERASED_TABLES:
        connection.execute(
            f"create table if not exists raw.{name} ({BOOKKEEPING[name]})"
        )


def _names_person(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> str | None:
    """Return a condition with `$ids` for the rows that name the person, if any can."""
    columns = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'warehouse' "
        "and schema_name = ? and table_name = ? and data_type = 'VARCHAR' "
        "and (column_name like '%customer_id' or column_name = 'subject_id')",
        [schema, table],
    ).fetchall()
    conditions = [f"list_contains($ids, {quoted(name)})" for (name,) in columns]
    return " or ".join(conditions) or None


def _erase_raw(
    connection: duckdb.DuckDBPyConnection, ids: list[str], erasure: Erasure
) -> None:
    """Delete from the raw tables, and note how many rows of which load are gone."""
    run = connection.execute
    run(
        "create temp table gone (load_id varchar, table_name varchar, "
        "is_quarantined boolean)"
    )
    words = _known_words(connection, ids)
    run("create temp table gone_events (table_name varchar, event_id varchar)")
    for table in TABLES:
        condition = _names_person(connection, "raw", table.name)
        if condition is None:
            continue
        if "event_id" in table.column_names:
            run(
                f"insert into gone_events select '{table.name}', event_id "
                f"from raw.{table.name} where {condition}",
                {"ids": ids},
            )
        run(
            f"insert into gone select load_id, '{table.name}', false "
            f"from raw.{table.name} where {condition}",
            {"ids": ids},
        )
        removed = _delete(connection, f"raw.{table.name}", condition, ids)
        erasure.add(f"raw.{table.name}", removed)
    run(
        "delete from raw.corrected_ids "
        "where (table_name, event_id) in (select table_name, event_id from gone_events)"
    )
    mentioned = "regexp_matches(raw_text, $pattern)"
    pattern: dict[str, object] = {"pattern": _pattern(words)}
    named = _names_person(connection, "raw", "quarantine")
    if named:
        mentioned = f"({mentioned} or {named})"
        pattern["ids"] = ids
    run(
        "insert into gone select load_id, table_name, true from raw.quarantine "
        f"where {mentioned}",
        pattern,
    )
    lines = run(f"delete from raw.quarantine where {mentioned}", pattern).fetchone()
    erasure.add("raw.quarantine", int(lines[0]) if lines else 0)
    run(
        "insert into raw.erased_rows select load_id, table_name, "
        "count(*) filter (where not is_quarantined), "
        "count(*) filter (where is_quarantined), ? from gone group by all",
        [utc_now()],
    )


def _known_words(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> list[str]:
    """Return what a line of a file may call the person: ids, e-mails, names."""
    rows = connection.execute(
        "select distinct unnest([email, full_name]) from raw.customers "
        "where list_contains(?, customer_id)",
        [ids],
    ).fetchall()
    return ids + [str(word) for (word,) in rows if word]


def _pattern(words: list[str]) -> str:
    """Return a pattern that finds any of the words, but not as a part of another."""
    listed = "|".join(re.escape(word) for word in words)
    return f"(^|{BOUNDARY})({listed})({BOUNDARY}|$)"


def _delete(
    connection: duckdb.DuckDBPyConnection, relation: str, condition: str, ids: list[str]
) -> int:
    removed = connection.execute(
        f"delete from {relation} where {condition}", {"ids": ids}
    ).fetchone()
    return int(removed[0]) if removed else 0


def _forget_build(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the next build begin anew, as the macro of that name does.

    An erased person is in sums that no new row touches.
    """
    for schema, name in _tables(connection):
        if name in ("build_state", "int_touched_customers"):
            connection.execute(f"delete from {quoted(schema)}.{name}")
        if name == "int_touched_customers":
            connection.execute(
                f"insert into {quoted(schema)}.{name} (customer_id, log_name) "
                "values ('', 'everything')"
            )
