"""Versions as schemas in a warehouse of Spark; views of the marts show the live one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from loading.spark_warehouse import SparkWarehouse
from loading.warehouse import Warehouse

from refreshing import published_figures
from refreshing.accounting import check_raw_rows
from refreshing.candidate import refuse_full_disk
from refreshing.comparison import TOLERATED_FALL, Fall, falls_of
from refreshing.dbt_session import DbtSession
from refreshing.errors import RefreshError, UsageError
from refreshing.lock import refresh_lock
from refreshing.place import Place
from refreshing.spark.files import (
    link_raw,
    schema_folder,
    size_of,
    sync_version,
    versioned,
)
from refreshing.spark.reading import VersionFiles
from refreshing.spark.session import SparkSession
from refreshing.spark.versions import SparkVersions
from refreshing.spark.views import Views
from refreshing.versions import Version, new_version_id, refuse_unknown


class SparkPlace(Place):
    """A warehouse folder of Spark, and in it the schemas with one prefix.

    A schema cannot be renamed there. So the candidate has its version's name from the
    beginning, and is a version when the ledger says so.
    """

    target = "spark"

    def __init__(
        self,
        warehouse: Path,
        prefix: str,
        folder: Path,
        memory_limit: str,
        vars_text: str,
    ) -> None:
        """Name the warehouse; Spark starts when it is needed.

        Args:
            warehouse: Spark's, which may not exist yet; an absolute path.
            prefix: The project's `schema_prefix`.
            folder: Private folder for dbt.
            memory_limit: What DuckDB may use before it spills to disk.
            vars_text: Vars that differ from their defaults, as YAML.

        """
        self._warehouse = warehouse
        self._prefix = prefix
        self._folder = folder
        self._memory_limit = memory_limit
        self._version_id = ""
        self._lock = -1
        self._spark = SparkSession(lambda: self._new_dbt(vars_text, self._lock))
        self._versions = SparkVersions(warehouse, prefix)
        self._views = Views(self._versions, self._spark)

    @property
    def dbt_folder(self) -> Path:
        """Private folder with what dbt writes: its parsed project and its log."""
        return self._folder / ".dbt"

    @property
    def dbt_environment(self) -> Mapping[str, str]:
        """Name the warehouse."""
        return {"DBT_SPARK_WAREHOUSE": str(self._warehouse)}

    def dbt_vars(self, vars_text: str) -> str:
        """Return the vars with the candidate's prefix."""
        given = yaml.safe_load(vars_text) or {}
        named: str = yaml.safe_dump({**given, "schema_prefix": self._candidate})
        return named

    @contextmanager
    def dbt(self, vars_text: str, lock: int) -> Iterator[DbtSession]:
        """Return dbt; its process goes on until the lock is given back."""
        del vars_text, lock
        try:
            self._spark.start()
            yield self._spark.dbt
        except BaseException:
            # Nobody must write into the candidate while it is removed.
            self._spark.end(at_once=True)
            raise

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the warehouse's lock, whatever the prefix: its catalog is for one."""
        try:
            self._warehouse.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{error.filename}: cannot be used: {error.strerror}"
            ) from None
        with refresh_lock(self._warehouse) as self._lock:
            try:
                yield self._lock
            except BaseException:
                self._spark.end(at_once=True)
                raise
            self._spark.end()

    def make_candidate(self, source: Path) -> None:
        """Take the raw files of the live version; finish first what a run left."""
        ledger = self._versions.ledger
        self._version_id, _ = new_version_id(ledger.ids())
        self.clear_candidate()
        self._views.refuse_tables()
        coming = ledger.coming()
        if coming is not None:
            self._views.point_to(coming)
        live = self._versions.live_prefix()
        live_size = 0 if live is None else size_of(self._warehouse, live)
        refuse_full_disk(self._warehouse, source, live_size)
        raw = schema_folder(self._warehouse, f"{self._candidate}raw")
        link_raw(self._raw_before(), raw)

    def clear_candidate(self) -> None:
        """Remove the files of what is no version; `let_go` tells Spark."""
        self._versions.remove_files(self._versions.kept_prefixes())

    def open_warehouse(self) -> Warehouse:
        """Return the candidate's raw files."""
        return SparkWarehouse(
            self._warehouse,
            raw_schema=f"{self._candidate}raw",
            memory_limit=self._memory_limit,
        )

    def check_raw_rows(self) -> int:
        """Count in the candidate's files."""
        with self._files(self._candidate).opened() as connection:
            return check_raw_rows(connection)

    def falls(self) -> list[Fall]:
        """Count the rows in the files of both."""
        live = self._versions.live_prefix()
        if live is None:
            return []
        before, after = self._files(live), self._files(self._candidate)
        return [
            fall
            for schema in TOLERATED_FALL
            for fall in falls_of(
                schema, before.row_counts(schema), after.row_counts(schema)
            )
        ]

    def new_version_id(self) -> tuple[str, datetime]:
        """Return the id that the candidate has, and an instant after every other."""
        _, now = new_version_id([])
        before = [version.published_at for version in self.versions()]
        return self._version_id, max(
            [now, *(instant + timedelta(microseconds=1) for instant in before)]
        )

    def append_figures(
        self, published_at: datetime, project: Path, vars_text: str
    ) -> None:
        """Append a file to the candidate's raw files."""
        self._files(self._candidate).append_figures(published_at, project, vars_text)

    def count_restated(self, published_at: datetime) -> tuple[int, int]:
        """Count in the candidate's files."""
        with self._files(self._candidate).opened() as connection:
            return published_figures.count_restated(connection, published_at)

    def publish(self, version_id: str, published_at: datetime) -> None:
        """Point the views to the candidate, which is a version from here on."""
        self._views.refuse_tables()
        self._files(self._candidate).write_publication(version_id, published_at)
        sync_version(self._warehouse, self._candidate)
        self._versions.ledger.add(version_id, published_at)
        self._views.point_to(version_id)

    def let_go(self, *, keep: int, keep_minutes: float) -> list[str]:
        """Drop the schemas of old versions, and of candidates that came to nothing."""
        removed = self._versions.forget_old(keep=keep, keep_minutes=keep_minutes)
        kept = self._versions.kept_prefixes()
        self._spark.call("drop_schemas", pattern=versioned(self._prefix), kept=kept)
        self._versions.remove_files(kept)
        return removed

    def warnings(self) -> list[str]:
        """Say that the views did not change at one moment."""
        return self._views.warnings()

    def versions(self) -> list[Version]:
        """Return the versions in the ledger, newest first."""
        return self._versions.listed()

    def roll_back(self, version_id: str) -> None:
        """Point the views back, or once more to the version that is live."""
        refuse_unknown(version_id, self.versions())
        self._views.refuse_tables()
        self._views.point_to(version_id)

    def _raw_before(self) -> Path:
        """Return the folder of the raw rows that the candidate begins with.

        Before the first version these are what load_raw.py has loaded.

        Raises:
            RefreshError: The live version is gone.

        """
        live = self._versions.live_prefix()
        prefix = self._prefix if live is None else live
        folder = schema_folder(self._warehouse, f"{prefix}raw")
        if live is not None and not folder.is_dir():
            raise RefreshError(
                f"{folder}: the live version is not there any more; choose another "
                "with --rollback"
            )
        return folder

    def _files(self, prefix: str) -> VersionFiles:
        folder = self._folder / "read"
        return VersionFiles(self._warehouse, prefix, folder, self._memory_limit)

    @property
    def _candidate(self) -> str:
        """Prefix of the candidate, of the project before there is one."""
        if not self._version_id:
            return self._prefix
        return self._versions.prefix_of(self._version_id)
