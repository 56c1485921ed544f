"""A version's tables in DuckDB, read from their files; Spark need not run for that."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from loading.spark_columns import spark_columns
from loading.staged_text import glob_escaped

from refreshing.folder import sync
from refreshing.publish import PUBLICATION, write_publication
from refreshing.published_figures import append_figures
from refreshing.spark.files import schema_folder, tables_of
from refreshing.tracked_figures import TRACKED_MARTS
from refreshing.warehouse_file import literal, quoted

READ_SCHEMAS = ("raw", "intermediate", "marts")


@dataclass(frozen=True)
class VersionFiles:
    """The files of the schemas with one prefix.

    `folder` is private to what is read, and removed; a killed run may have left it.
    """

    warehouse: Path
    prefix: str
    folder: Path
    memory_limit: str

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Return a connection with views on them, under the alias `warehouse`."""
        shutil.rmtree(self.folder, ignore_errors=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "temp_directory": str(self.folder),
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("attach ':memory:' as warehouse")
            connection.execute("use warehouse")
            for schema in READ_SCHEMAS:
                connection.execute(f"create schema {schema}")
                for name in self._tables(schema):
                    self._make(connection, "view", schema, name)
            try:
                yield connection
            finally:
                shutil.rmtree(self.folder, ignore_errors=True)

    def row_counts(self, schema: str) -> dict[str, int]:
        """Return the number of rows of each table of `raw` or `marts`."""
        counts = {}
        with duckdb.connect() as connection:
            for name in self._tables(schema):
                query = f"select count(*) from {self._files(schema, name)}"
                ((rows,),) = connection.execute(query).fetchall()
                counts[name] = int(rows)
        return counts

    def append_figures(
        self, published_at: datetime, project: Path, vars_text: str
    ) -> None:
        """Append what the marts report to `raw.published_figures`.

        Args:
            published_at: Instant of the publication that is prepared.
            project: Root of the dbt project.
            vars_text: Vars of the build that differ from their defaults, YAML.

        """
        with self.opened() as connection:
            # What is appended to, and what is looked up among tables.
            self._make(connection, "table", "raw", "published_figures")
            for mart in TRACKED_MARTS:
                if mart.name in self._tables("marts"):
                    self._make(connection, "table", "marts", mart.name)
            append_figures(connection, published_at, project, vars_text)
            # The loader knows a file of raw rows by the load that it belongs to.
            ((load_id,),) = connection.execute(
                "select max(load_id) from raw.loads where status = 'loaded'"
            ).fetchall()
            connection.execute(
                "create temp table appended as from raw.published_figures "
                "where published_at = ?",
                [published_at],
            )
            table = self._folder("raw") / "published_figures"
            _write(connection, "appended", table / f"{load_id}.parquet")

    def write_publication(self, version_id: str, published_at: datetime) -> None:
        """Write the row of `marts.publication`; Spark does not know of the file yet."""
        with self.opened() as connection:
            connection.execute(f"drop view if exists marts.{PUBLICATION}")
            write_publication(connection, version_id, published_at)
            table = self._folder("marts") / PUBLICATION
            table.mkdir(exist_ok=True)
            _write(connection, f"marts.{PUBLICATION}", table / "row.parquet")

    def _tables(self, schema: str) -> list[str]:
        """Return the tables of a schema that have files."""
        return [
            name
            for name in tables_of(self.warehouse, f"{self.prefix}{schema}")
            if any((self._folder(schema) / name).glob("*.parquet"))
        ]

    def _files(self, schema: str, name: str) -> str:
        """Return the files of a table as a relation."""
        folder = glob_escaped(self._folder(schema) / name)
        return f"read_parquet({literal(f'{folder}/*.parquet')})"

    def _folder(self, schema: str) -> Path:
        return schema_folder(self.warehouse, f"{self.prefix}{schema}")

    def _make(
        self, connection: duckdb.DuckDBPyConnection, kind: str, schema: str, name: str
    ) -> None:
        """Make a view or a table of the files of a table."""
        files = self._files(schema, name)
        columns = spark_columns(connection, files, to_instant=False)
        made = f"{schema}.{quoted(name)}"
        if kind == "table":
            connection.execute(f"drop view {made}")
        connection.execute(f"create {kind} {made} as select {columns} from {files}")


def _write(connection: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """Write the rows of a relation into a file, at once."""
    columns = spark_columns(connection, relation, to_instant=True)
    fresh = path.with_name(f".{path.name}.new")
    connection.execute(
        f"copy (select {columns} from {relation}) to {literal(fresh)} (format parquet)"
    )
    sync(fresh)
    os.replace(fresh, path)
