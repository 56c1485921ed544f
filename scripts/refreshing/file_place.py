"""Versions as DuckDB files in a folder; links say which one is live."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from loading.duckdb_warehouse import DuckDbWarehouse
from loading.warehouse import Warehouse

from refreshing import published_figures, versions
from refreshing.accounting import check_raw_rows
from refreshing.candidate import (
    clear_candidate,
    live_size,
    make_candidate,
    refuse_full_disk,
    refuse_stray_logs,
)
from refreshing.comparison import Fall, fallen_tables
from refreshing.folder import WAREHOUSE, PublishFolder
from refreshing.lock import refresh_lock
from refreshing.place import Place
from refreshing.publish import (
    close_candidate,
    publish,
    write_marts,
    write_publication,
)
from refreshing.versions import Version, kept_versions
from refreshing.warehouse_file import opened


class FilePlace(Place):
    """A publish folder."""

    target = "duckdb"

    def __init__(self, folder: PublishFolder, memory_limit: str) -> None:
        """Name the folder, and what DuckDB may use before it spills to disk."""
        self._folder = folder
        self._memory_limit = memory_limit
        self._candidate = folder.candidate / WAREHOUSE

    @property
    def dbt_folder(self) -> Path:
        """Private folder with what dbt writes: its parsed project and its log."""
        return self._folder.dbt

    @property
    def dbt_environment(self) -> Mapping[str, str]:
        """Name the candidate's file."""
        return {
            "DBT_DUCKDB_PATH": str(self._candidate),
            "DBT_DUCKDB_MEMORY_LIMIT": self._memory_limit,
        }

    def dbt_vars(self, vars_text: str) -> str:
        """Return the vars as they are: a file is a place of its own."""
        return vars_text

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Create the folder and hold its lock."""
        self._folder.prepare()
        with refresh_lock(self._folder.path) as lock:
            yield lock

    def make_candidate(self, source: Path) -> None:
        """Copy the live file; bring links along that a killed run left behind."""
        live = self._folder.live_version()
        if live is not None:
            self._folder.point_to(live)
        clear_candidate(self._folder)
        refuse_stray_logs(self._folder)
        refuse_full_disk(self._folder.path, source, live_size(self._folder))
        make_candidate(self._folder)

    def clear_candidate(self) -> None:
        """Remove the candidate's folder."""
        clear_candidate(self._folder)

    def open_warehouse(self) -> Warehouse:
        """Return the candidate's file, to load into."""
        return DuckDbWarehouse(
            self._candidate,
            raw_schema="raw",
            memory_limit=self._memory_limit,
        )

    def check_raw_rows(self) -> int:
        """Count the raw rows of the candidate's file."""
        with opened(self._candidate, self._memory_limit) as connection:
            return check_raw_rows(connection)

    def falls(self) -> list[Fall]:
        """Compare the candidate's file with the live one."""
        live = self._folder.live_version()
        if live is None:
            return []
        with opened(self._candidate, self._memory_limit) as connection:
            return fallen_tables(connection, self._folder.version(live) / WAREHOUSE)

    def new_version_id(self) -> tuple[str, datetime]:
        """Return an id that sorts after that of every folder."""
        return versions.new_version_id(self._folder.version_ids())

    def append_figures(
        self, published_at: datetime, project: Path, vars_text: str
    ) -> None:
        """Append to the candidate's file."""
        with opened(self._candidate, self._memory_limit) as connection:
            published_figures.append_figures(
                connection, published_at, project, vars_text
            )

    def count_restated(self, published_at: datetime) -> tuple[int, int]:
        """Count in the candidate's file."""
        limit = self._memory_limit
        with opened(self._candidate, limit, read_only=True) as connection:
            return published_figures.count_restated(connection, published_at)

    def publish(self, version_id: str, published_at: datetime) -> None:
        """Close the file, copy the marts into one of their own, and swap the links."""
        limit = self._memory_limit
        with opened(self._candidate, limit) as connection:
            write_publication(connection, version_id, published_at)
        close_candidate(self._candidate, limit)
        write_marts(self._candidate, limit)
        publish(self._folder, version_id)

    def let_go(self, *, keep: int, keep_minutes: float) -> list[str]:
        """Remove the folders of old versions."""
        return versions.let_go(self._folder, keep=keep, keep_minutes=keep_minutes)

    def warnings(self) -> list[str]:
        """Return nothing: who opens the link sees the live version."""
        return []

    def versions(self) -> list[Version]:
        """Return the versions whose files are both there, newest first."""
        return kept_versions(self._folder)

    def roll_back(self, version_id: str) -> None:
        """Swap the links back."""
        versions.roll_back(self._folder, version_id)
