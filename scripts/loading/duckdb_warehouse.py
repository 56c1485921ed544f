"""The DuckDB file that a load writes into, in one transaction at its end."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from loading.contract import TABLES
from loading.errors import LoadError, LockedError
from loading.outgoing import Outgoing
from loading.raw_schema import BOOKKEEPING, raw_columns
from loading.warehouse import Warehouse, path_literal

STORAGE_VERSION = "v1.4.0"


class DuckDbWarehouse(Warehouse):
    """A DuckDB file, attached as `warehouse` beside `staging`; its lock is the file's.

    Only `_write` changes it. A file that a failed load created goes away again.
    """

    def __init__(self, path: Path, *, raw_schema: str, memory_limit: str) -> None:
        """Name the file; it is opened by `with`.

        Args:
            path: The file, which may not exist yet.
            raw_schema: Name of the schema of the raw tables.
            memory_limit: What DuckDB may use before it spills to disk.

        """
        folder = path.with_name(path.name + ".loading")
        super().__init__(folder, memory_limit=memory_limit)
        self._path = path
        self._raw_schema = raw_schema
        self._is_new = not path.exists()

    def stored_relation(self, table_name: str) -> str:
        """Return the raw table itself, or an empty relation before the first load."""
        found = self.connection.execute(
            "select count(*) from duckdb_tables() where database_name = 'warehouse' "
            "and schema_name = ? and table_name = ?",
            [self._raw_schema, table_name],
        ).fetchone()
        if found and found[0]:
            return self._raw(table_name)
        return f"staging.no_{table_name}"

    def _open(self) -> None:
        try:
            self._attach()
        except LockedError:
            raise
        except BaseException:
            self._remove_new_file()
            raise

    def _attach(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            version = f" (storage_version '{STORAGE_VERSION}')" if self._is_new else ""
            self.connection.execute(
                f"attach {path_literal(self._path)} as warehouse{version}"
            )
        except OSError as error:
            raise LoadError(
                f"{self._path.parent}: cannot be created: {error.strerror}"
            ) from error
        except duckdb.Error as error:
            raise _open_error(self._path.name, str(error)) from error

    def _write(self, rows: Iterator[Outgoing]) -> None:
        run = self.connection.execute
        run("begin transaction")
        self._create_tables()
        for part in rows:
            run(f"insert into {self._raw(part.table_name)} {part.query}", part.values)
        run("commit")
        self._is_new = False
        # The load is done: on a full disk it stays in the write-ahead log until later.
        with suppress(duckdb.Error):
            run("checkpoint warehouse")

    def _create_tables(self) -> None:
        run = self.connection.execute
        run(f"create schema if not exists warehouse.{self._raw_schema}")
        definitions = {table.name: raw_columns(table) for table in TABLES} | BOOKKEEPING
        for name, columns in definitions.items():
            run(f"create table if not exists {self._raw(name)} ({columns})")
        # An earlier version of the loader may have made them with fewer columns.
        for name, columns in BOOKKEEPING.items():
            for column in columns.split(", "):
                run(f"alter table {self._raw(name)} add column if not exists {column}")

    def _close(self, error: BaseException | None) -> None:
        if error is not None:
            self._remove_new_file()

    def _raw(self, table_name: str) -> str:
        return f"warehouse.{self._raw_schema}.{table_name}"

    def _remove_new_file(self) -> None:
        if self._is_new:
            for path in (self._path, self._path.with_name(self._path.name + ".wal")):
                path.unlink(missing_ok=True)


def _open_error(name: str, message: str) -> LoadError:
    if "Could not set lock" in message or "Conflicting lock" in message:
        holder = re.search(r"\(PID (\d+)\)", message)
        by = f" (process {holder.group(1)})" if holder else ""
        return LockedError(f"{name}: another process{by} has the warehouse open")
    first = message.splitlines()[0]
    return LoadError(f"{name}: the warehouse cannot be opened: {first}")
