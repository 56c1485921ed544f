"""The DuckDB warehouse that a load writes into, in one transaction at its end."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from loading.contract import SQL_TYPES, TABLES, RawTable
from loading.errors import LoadError, LockedError
from loading.raw_schema import BOOKKEEPING, raw_columns
from loading.results import FileResult

STORAGE_VERSION = "v1.4.0"


def utc_now() -> datetime:
    """Return the present instant in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class DuckDbWarehouse:
    """A DuckDB file, and a private folder beside it for one load.

    Opening takes the file's lock, so a private folder that is found there was left
    by a killed load and is removed. The connection sees two databases: `warehouse`
    and `staging`; only `publish` writes to the first.
    """

    def __init__(self, path: Path, *, memory_limit: str) -> None:
        """Name the file; it is opened by `with`."""
        self._path = path
        self._memory_limit = memory_limit
        self._is_new = not path.exists()
        self.work_folder = path.with_name(path.name + ".loading")
        self.connection = duckdb.connect(config={"autoinstall_known_extensions": False})

    def __enter__(self) -> Self:
        """Take the lock and prepare the staging database.

        Raises:
            LockedError: Another process has the file open.
            LoadError: The file is no DuckDB database or cannot be written.

        """
        try:
            self._attach()
        except BaseException as error:
            self.connection.close()
            if not isinstance(error, LockedError):
                self._remove_new_file()
            raise
        try:
            self._prepare()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the lock back; a file that a failed load created goes away again."""
        shutil.rmtree(self.work_folder, ignore_errors=True)
        if error is not None:
            self._remove_new_file()
        self.connection.close()

    def stored_relation(self, table_name: str) -> str:
        """Return the relation with the rows of earlier loads, perhaps none."""
        found = self.connection.execute(
            "select count(*) from duckdb_tables() where database_name = 'warehouse' "
            "and schema_name = 'raw' and table_name = ?",
            [table_name],
        ).fetchone()
        if found and found[0]:
            return f"warehouse.raw.{table_name}"
        return f"staging.no_{table_name}"

    def publish(
        self,
        load_id: str,
        started_at: datetime,
        source_name: str,
        files: list[FileResult],
    ) -> None:
        """Move what was staged into the raw tables, all of it or nothing.

        Args:
            load_id: The load; its row in `raw.loads` is written last.
            started_at: Its beginning, the `loaded_at` of every row.
            source_name: Name of the source folder.
            files: Results, in the order of the staged file numbers.

        """
        run = self.connection.execute
        run("begin transaction")
        self._create_tables()
        for table in TABLES:
            self._publish_table(table, load_id, started_at)
            if table.key == ("event_id",):
                self._name_corrected_ids(table, load_id)
        run(
            "insert into warehouse.raw.quarantine "
            "select ?, table_name, file_name, line_number, reason_code, raw_text, ? "
            "from staging.quarantine order by table_name, file_name, line_number",
            [load_id, started_at],
        )
        for file in files:
            run(
                "insert into warehouse.raw.load_files "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _load_file_values(load_id, file),
            )
        run(
            "insert into warehouse.raw.loads values (?, ?, ?, ?, 'loaded')",
            [load_id, started_at, max(utc_now(), started_at), source_name],
        )
        run("commit")
        self._is_new = False
        run("checkpoint warehouse")

    def _publish_table(
        self, table: RawTable, load_id: str, started_at: datetime
    ) -> None:
        """Copy the good rows of one table, but not its duplicates and conflicts."""
        names = ", ".join(table.column_names)
        left_out = (
            "select file_number, line_number from staging.outcomes "
            f"where table_name = '{table.name}' "
            "and outcome not in ('corrected', 'version')"
        )
        copy = (
            f"insert into warehouse.raw.{table.name} ({names}, load_id, loaded_at) "
            f"select {names}, ?, ? from staging.{table.name} as staged"
        )
        # Most big loads repeat nothing, and a plain copy is a good deal faster.
        if self.connection.execute(f"{left_out} limit 1").fetchone() is not None:
            copy += f" anti join ({left_out}) using (file_number, line_number)"
        self.connection.execute(
            f"{copy} where fault_code is null", [load_id, started_at]
        )

    def _name_corrected_ids(self, table: RawTable, load_id: str) -> None:
        """Write down the ids of which `raw` now holds several versions."""
        self.connection.execute(
            "insert into warehouse.raw.corrected_ids "
            f"select distinct ?, event_id, ? from staging.{table.name} "
            "semi join (select file_number, line_number from staging.outcomes "
            "where table_name = ? and outcome in ('corrected', 'version')) "
            "using (file_number, line_number)",
            [table.name, load_id, table.name],
        )

    def _remove_new_file(self) -> None:
        if self._is_new:
            for path in (self._path, self._path.with_name(self._path.name + ".wal")):
                path.unlink(missing_ok=True)

    def _attach(self) -> None:
        run = self.connection.execute
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            version = f" (storage_version '{STORAGE_VERSION}')" if self._is_new else ""
            run(f"attach {_literal(self._path)} as warehouse{version}")
        except OSError as error:
            raise LoadError(
                f"{self._path.parent}: cannot be created: {error.strerror}"
            ) from error
        except duckdb.Error as error:
            raise _open_error(self._path.name, str(error)) from error

    def _prepare(self) -> None:
        run = self.connection.execute
        shutil.rmtree(self.work_folder, ignore_errors=True)
        self.work_folder.mkdir(mode=0o700)
        run("set TimeZone = 'UTC'")
        run("set preserve_insertion_order = false")
        run("set memory_limit = ?", [self._memory_limit])
        run("set temp_directory = ?", [str(self.work_folder / "spill")])
        run(f"attach {_literal(self.work_folder / 'staging.duckdb')} as staging")
        run("begin transaction")
        for table in TABLES:
            columns = ", ".join(
                f"{column.name} {SQL_TYPES[column.kind]}" for column in table.columns
            )
            run(
                f"create table staging.{table.name} "
                f"(file_number integer, line_number bigint, {columns}, "
                "fault_code varchar)"
            )
            run(f"create table staging.no_{table.name} ({raw_columns(table)})")
        for name, columns in BOOKKEEPING.items():
            run(f"create table staging.no_{name} ({columns})")
        run(
            "create table staging.quarantine (file_number integer, "
            "table_name varchar, file_name varchar, "
            "line_number bigint, reason_code varchar, raw_text varchar)"
        )
        run(
            "create table staging.outcomes (table_name varchar, file_number integer, "
            "line_number bigint, outcome varchar)"
        )
        run("create table staging.contested (key_hash ubigint)")
        run("commit")

    def _create_tables(self) -> None:
        create: Callable[[str], object] = self.connection.execute
        create("create schema if not exists warehouse.raw")
        for table in TABLES:
            create(
                f"create table if not exists warehouse.raw.{table.name} "
                f"({raw_columns(table)})"
            )
        for name, columns in BOOKKEEPING.items():
            create(f"create table if not exists warehouse.raw.{name} ({columns})")


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
    ]


def _open_error(name: str, message: str) -> LoadError:
    if "Could not set lock" in message or "Conflicting lock" in message:
        holder = re.search(r"\(PID (\d+)\)", message)
        by = f" (process {holder.group(1)})" if holder else ""
        return LockedError(f"{name}: another process{by} has the warehouse open")
    first = message.splitlines()[0]
    return LoadError(f"{name}: the warehouse cannot be opened: {first}")


def _literal(path: Path) -> str:
    """Return a path as an SQL string; ATTACH takes no bound value."""
    return "'" + str(path).replace("'", "''") + "'"
