"""What a load needs of any warehouse: a private staging database, and one write.

Reading and deciding happens in DuckDB alone, in the database `staging`. A warehouse
lends it the rows of earlier loads and takes the outcome, all of it or nothing. A new
engine is a subclass: `_open`, `stored_relation`, `_write`, `_close`.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from loading.contract import SQL_TYPES, TABLES
from loading.outgoing import Outgoing, outgoing_rows
from loading.raw_schema import BOOKKEEPING, raw_columns
from loading.results import FileResult
from loading.staged_text import glob_escaped


def utc_now() -> datetime:
    """Return the present instant in UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class Warehouse(ABC):
    """A warehouse that is open for one load; use it in a `with` block.

    `connection` sees the database `staging`; `work_folder` is private to the load and
    removed at its end. Opening takes the warehouse's lock, so a private folder that is
    found there was left by a killed load.
    """

    def __init__(self, work_folder: Path, *, memory_limit: str) -> None:
        """Name the private folder; nothing is opened before `with`."""
        self.work_folder = work_folder
        # An engine whose earlier rows are files adds their folder.
        self.own_folders = [work_folder]
        self._memory_limit = memory_limit
        self.connection = duckdb.connect(config={"autoinstall_known_extensions": False})

    def __enter__(self) -> Self:
        """Take the lock and prepare the staging database.

        Raises:
            LockedError: Another process has the warehouse.
            LoadError: The warehouse cannot be opened.

        """
        try:
            self._open()
        except BaseException:
            self.connection.close()
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
        """Remove the private folder and give the lock back."""
        shutil.rmtree(self.work_folder, ignore_errors=True)
        self._close(error)
        self.connection.close()

    def confine(self, source: Path) -> None:
        """Let DuckDB touch no files any more but those below a few folders, for good.

        Args:
            source: The source folder; the others are `own_folders`.

        """
        run = self.connection.execute
        folders = [folder.resolve() for folder in (source, *self.own_folders)]
        # A name with wildcards is asked for with each of them in brackets.
        spellings = {str(folder) for folder in folders} | set(
            map(glob_escaped, folders)
        )
        run("set allowed_directories = ?", [sorted(spellings)])
        run("set enable_external_access = false")
        run("set lock_configuration = true")

    @abstractmethod
    def stored_relation(self, table_name: str) -> str:
        """Return the relation of `connection` with the rows of earlier loads.

        Args:
            table_name: A raw table or a table of the loader's bookkeeping.

        Returns:
            A relation with the columns of `raw_schema`; without rows to show, the
            empty `staging.no_<table>` is one.

        """

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
        self._write(
            outgoing_rows(
                self.connection,
                load_id,
                (started_at, lambda: max(utc_now(), started_at)),
                source_name,
                files,
            )
        )

    @abstractmethod
    def _open(self) -> None:
        """Take the lock; leave nothing behind when that fails."""

    @abstractmethod
    def _write(self, rows: Iterator[Outgoing]) -> None:
        """Create the raw tables that are missing and add the rows, in their order.

        The load must become visible at once, with the last of them (`raw.loads`).
        """

    @abstractmethod
    def _close(self, error: BaseException | None) -> None:
        """Give the lock back; `error` says why the load failed, None if it did not."""

    def _prepare(self) -> None:
        run = self.connection.execute
        shutil.rmtree(self.work_folder, ignore_errors=True)
        self.work_folder.mkdir(mode=0o700, parents=True)
        run("set TimeZone = 'UTC'")
        run("set preserve_insertion_order = false")
        run("set memory_limit = ?", [self._memory_limit])
        run("set temp_directory = ?", [str(self.work_folder / "spill")])
        run(f"attach {path_literal(self.work_folder / 'staging.duckdb')} as staging")
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
            "line_number bigint, reason_code varchar, raw_text varchar, "
            "customer_id varchar, occurred_at timestamp)"
        )
        run(
            "create table staging.outcomes (table_name varchar, file_number integer, "
            "line_number bigint, outcome varchar)"
        )
        run("create table staging.contested (key_hash ubigint)")
        run("create table staging.forgotten (file_number integer)")
        run("commit")


def path_literal(path: Path) -> str:
    """Return a path as an SQL string; ATTACH takes no bound value."""
    return "'" + str(path).replace("'", "''") + "'"
