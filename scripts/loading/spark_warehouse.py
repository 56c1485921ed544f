"""Folders of Parquet files that Spark reads as its raw tables; a load adds files."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from loading.contract import TABLES
from loading.errors import LoadError, LockedError
from loading.outgoing import Outgoing
from loading.raw_schema import BOOKKEEPING, raw_columns
from loading.spark_columns import spark_columns
from loading.warehouse import Warehouse, path_literal


class SparkWarehouse(Warehouse):
    """A folder `<schema>.db` in Spark's warehouse, with a folder per raw table.

    A load writes one file per table that gains rows, called after the load; the file in
    `loads` is moved into place last. Files of a load that is not named there were left
    by a killed one: they are not read, and the next load removes them. Spark need not
    run; `dbt build` makes the folders known to it.
    """

    def __init__(self, folder: Path, *, raw_schema: str, memory_limit: str) -> None:
        """Name the folder; it is opened by `with`.

        Args:
            folder: Spark's warehouse, which may not exist yet.
            raw_schema: Name of the schema of the raw tables.
            memory_limit: What DuckDB may use before it spills to disk.

        """
        self._root = folder / f"{raw_schema}.db"
        work_folder = folder / f"{raw_schema}.loading"
        super().__init__(work_folder, memory_limit=memory_limit)
        self.own_folders.append(self._root)
        self._lock: IO[bytes] | None = None

    def stored_relation(self, table_name: str) -> str:
        """Return the files of earlier loads as one relation."""
        known = {path.name for path in self._files("loads")}
        files = [path for path in self._files(table_name) if path.name in known]
        if not files:
            return f"staging.no_{table_name}"
        listed = ", ".join(path_literal(path) for path in files)
        source = f"read_parquet([{listed}])"
        columns = spark_columns(self.connection, source, to_instant=False)
        return f"(select {columns} from {source})"

    def _open(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._lock = (self._root / ".lock").open("wb")
        except OSError as error:
            raise LoadError(
                f"{self._root}: cannot be written: {error.strerror}"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise LockedError(f"{self._root}: another load is running") from error

    def _write(self, rows: Iterator[Outgoing]) -> None:
        self._remove_left_files()
        parts: dict[str, list[Outgoing]] = {}
        for part in rows:
            parts.setdefault(part.table_name, []).append(part)
        (load_id,) = parts["loads"][-1].values[:1]
        definitions = {table.name: raw_columns(table) for table in TABLES} | BOOKKEEPING
        # The row of the load makes the others visible, so it comes last.
        for table_name in sorted(definitions, key=lambda name: name == "loads"):
            self.connection.execute(
                f"create table staging.outgoing ({definitions[table_name]})"
            )
            self._write_file(table_name, parts.get(table_name, []), load_id)
            self.connection.execute("drop table staging.outgoing")

    def _write_file(
        self, table_name: str, parts: list[Outgoing], load_id: object
    ) -> None:
        """Write one file beside the tables, then move it into place."""
        name = f"{load_id}.parquet"
        run = self.connection.execute
        for part in parts:
            run(f"insert into staging.outgoing {part.query}", part.values)
        folder = self._root / table_name
        folder.mkdir(exist_ok=True)
        (rows,) = run("select count(*) from staging.outgoing").fetchall()
        # Without a first file Spark would not know the columns.
        if rows[0] or not self._files(table_name):
            path = self.work_folder / name
            columns = spark_columns(
                self.connection, "staging.outgoing", to_instant=True
            )
            run(
                f"copy (select {columns} from staging.outgoing) "
                f"to {path_literal(path)} (format parquet)"
            )
            with path.open("rb") as file:
                os.fsync(file.fileno())
            path.rename(folder / name)

    def _close(self, error: BaseException | None) -> None:
        del error
        if self._lock is not None:
            self._lock.close()

    def _files(self, table_name: str) -> list[Path]:
        return sorted((self._root / table_name).glob("*.parquet"))

    def _remove_left_files(self) -> None:
        """Remove what a killed load left."""
        known = {path.name for path in self._files("loads")}
        for path in self._root.glob("*/*.parquet"):
            if path.name not in known:
                with suppress(FileNotFoundError):
                    path.unlink()
