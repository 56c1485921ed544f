"""Versions as schemas of a Postgres server; the live one has the plain names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from loading.postgres_warehouse import PostgresWarehouse
from loading.warehouse import Warehouse

from refreshing import published_figures
from refreshing.accounting import check_raw_rows
from refreshing.comparison import TOLERATED_FALL, Fall, falls_of
from refreshing.errors import RefreshError, UsageError
from refreshing.folder import SHARED_FOLDER_MODE
from refreshing.lock import refresh_lock
from refreshing.place import CANDIDATE, Place
from refreshing.server import versions
from refreshing.server.figures import PublicationOf, append_server_figures
from refreshing.server.schemas import copy, drop, row_counts
from refreshing.server.session import LOAD_LOCK, REFRESH_LOCK, Session
from refreshing.versions import Version, new_version_id


class ServerPlace(Place):
    """A database, and in it the schemas with one prefix."""

    target = "postgres"

    def __init__(
        self, profile: dict[str, object], prefix: str, folder: Path, memory_limit: str
    ) -> None:
        """Name the database; it is connected to when it is needed.

        Args:
            profile: The target of profiles.yml.
            prefix: The project's `schema_prefix`.
            folder: Private folder for dbt and for a lock on this machine.
            memory_limit: What DuckDB may use while files are read.

        """
        self._profile = profile
        self._prefix = prefix
        self._candidate = f"{prefix}{CANDIDATE}"
        self._folder = folder
        self._memory_limit = memory_limit
        self._connected: Session | None = None

    @property
    def dbt_folder(self) -> Path:
        """Private folder with what dbt writes: its parsed project and its log."""
        return self._folder / ".dbt"

    @property
    def dbt_environment(self) -> Mapping[str, str]:
        """Return nothing more: profiles.yml reads how to reach the server already."""
        return {}

    def dbt_vars(self, vars_text: str) -> str:
        """Return the vars with the candidate's prefix."""
        given = yaml.safe_load(vars_text) or {}
        named: str = yaml.safe_dump({**given, "schema_prefix": self._candidate})
        return named

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Keep out other runs, and loads into the live version, which would be lost."""
        self._prepare_folder()
        with refresh_lock(self._folder) as lock:
            try:
                self._session.lock(REFRESH_LOCK, self._prefix)
                self._session.lock(LOAD_LOCK, f"{self._prefix}raw")
                yield lock
            finally:
                if self._connected is not None:
                    self._connected.close()
                self._connected = None

    def make_candidate(self, source: Path) -> None:
        """Copy the tables of the live version."""
        del source  # How much room a server has is not known here.
        versions.adopt(self._session, self._prefix)
        drop(self._session, self._candidate)
        copy(self._session, self._prefix, self._candidate)

    def clear_candidate(self) -> None:
        """Drop the candidate's schemas; if the server is gone, the next run does."""
        with suppress(RefreshError):
            drop(self._session, self._candidate)

    def open_warehouse(self) -> Warehouse:
        """Return the candidate's raw schema."""
        return PostgresWarehouse(
            self._profile,
            raw_schema=f"{self._candidate}raw",
            memory_limit=self._memory_limit,
        )

    def check_raw_rows(self) -> int:
        """Count on the server."""
        return check_raw_rows(self._session, f"{self._candidate}raw")

    def falls(self) -> list[Fall]:
        """Count the rows of both on the server."""
        return [
            fall
            for schema in TOLERATED_FALL
            for fall in falls_of(
                schema,
                row_counts(self._session, f"{self._prefix}{schema}"),
                row_counts(self._session, f"{self._candidate}{schema}"),
            )
        ]

    def new_version_id(self) -> tuple[str, datetime]:
        """Return an id that sorts after that of every version on the server."""
        return new_version_id([version.version_id for version in self.versions()])

    def append_figures(
        self, published_at: datetime, project: Path, vars_text: str
    ) -> None:
        """Append on the server what DuckDB finds in the candidate's marts."""
        append_server_figures(
            self._session,
            self._candidate,
            PublicationOf(published_at, project, vars_text),
            folder=self._folder / "fetched",
            memory_limit=self._memory_limit,
        )

    def count_restated(self, published_at: datetime) -> tuple[int, int]:
        """Count on the server."""
        marts = f"{self._candidate}marts"
        return published_figures.count_restated(self._session, published_at, marts)

    def publish(self, version_id: str, published_at: datetime) -> None:
        """Rename the schemas of both versions in one transaction."""
        versions.write_publication(
            self._session, self._candidate, version_id, published_at
        )
        versions.publish(self._session, self._prefix, self._candidate)

    def let_go(self, *, keep: int, keep_minutes: float) -> list[str]:
        """Drop the schemas of old versions."""
        return versions.let_go(
            self._session, self._prefix, keep=keep, keep_minutes=keep_minutes
        )

    def warnings(self) -> list[str]:
        """Say which views did not move to the live version."""
        return versions.stale_views(self._session, self._prefix)

    def versions(self) -> list[Version]:
        """Return the versions on the server, newest first."""
        return versions.versions(self._session, self._prefix)

    def roll_back(self, version_id: str) -> None:
        """Rename the schemas back."""
        versions.roll_back(self._session, self._prefix, version_id)

    def _prepare_folder(self) -> None:
        """Create the folder; those of a refresh of files stay readable for its group.

        Raises:
            UsageError: It cannot be made.

        """
        shared = self._folder.parent.parent
        try:
            if not shared.is_dir():
                shared.mkdir(parents=True)
                shared.chmod(SHARED_FOLDER_MODE)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{shared}: cannot be used: {error.strerror}") from None

    @property
    def _session(self) -> Session:
        if self._connected is None:
            self._connected = Session(self._profile)
        return self._connected
