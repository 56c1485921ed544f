"""Where a refresh builds its candidate, and where it publishes what passed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from loading.warehouse import Warehouse

from refreshing.comparison import Fall
from refreshing.dbt_session import DbtSession
from refreshing.versions import Version

# What stands before the schemas of a candidate on a server.
CANDIDATE = "candidate_"


class Place(ABC):
    """Versions of a warehouse, one of them live, and a candidate to be the next.

    Readers see the live version only, and it changes in one step; on Spark alone it
    takes several. All methods but `versions` are called while the lock is held.
    """

    # Of profiles.yml.
    target: str

    @property
    @abstractmethod
    def dbt_folder(self) -> Path:
        """Private folder with what dbt writes: its parsed project and its log."""

    @property
    @abstractmethod
    def dbt_environment(self) -> Mapping[str, str]:
        """Return what profiles.yml must read to reach the candidate."""

    @abstractmethod
    def dbt_vars(self, vars_text: str) -> str:
        """Return the vars of the build, YAML, with those that name the candidate."""

    def dbt(self, vars_text: str, lock: int) -> AbstractContextManager[DbtSession]:
        """Return dbt on the candidate; what it is doing ends with the block.

        Args:
            vars_text: Vars that differ from their defaults, as YAML.
            lock: Descriptor of the lock, for dbt to hold too.

        """
        return self._new_dbt(vars_text, lock)

    def _new_dbt(self, vars_text: str, lock: int) -> DbtSession:
        return DbtSession(
            work_folder=self.dbt_folder,
            target=self.target,
            vars_text=self.dbt_vars(vars_text),
            environment=self.dbt_environment,
            lock=lock,
        )

    @abstractmethod
    def locked(self) -> AbstractContextManager[int]:
        """Keep other runs out; the descriptor is for child processes to hold too.

        Raises:
            LockedError: Another run is at work.

        """

    @abstractmethod
    def make_candidate(self, source: Path) -> None:
        """Copy the live version, after a look at whether a refresh can work at all.

        Args:
            source: Folder of the files that will be loaded.

        Raises:
            RefreshError: It cannot.

        """

    @abstractmethod
    def clear_candidate(self) -> None:
        """Remove the candidate, if there is one."""

    @abstractmethod
    def open_warehouse(self) -> Warehouse:
        """Return the candidate's raw tables, to load into."""

    @abstractmethod
    def check_raw_rows(self) -> int:
        """Count the candidate's raw rows against what each load reported.

        Raises:
            RefreshError: They differ.

        """

    @abstractmethod
    def falls(self) -> list[Fall]:
        """Return the tables that have fewer rows in the candidate than live."""

    @abstractmethod
    def new_version_id(self) -> tuple[str, datetime]:
        """Return an id that sorts after every other, and its instant in UTC."""

    @abstractmethod
    def append_figures(
        self, published_at: datetime, project: Path, vars_text: str
    ) -> None:
        """Write down what the candidate reports, in its `raw.published_figures`."""

    @abstractmethod
    def count_restated(self, published_at: datetime) -> tuple[int, int]:
        """Return how many closed figures are restated, and how many unexplained."""

    @abstractmethod
    def publish(self, version_id: str, published_at: datetime) -> None:
        """Turn the candidate into the live version."""

    @abstractmethod
    def let_go(self, *, keep: int, keep_minutes: float) -> list[str]:
        """Remove old versions, and return their ids.

        Args:
            keep: How many of the newest stay, however old.
            keep_minutes: How long every version stays after it was live.

        """

    @abstractmethod
    def warnings(self) -> list[str]:
        """Return sentences on what readers should know after a publication."""

    @abstractmethod
    def versions(self) -> list[Version]:
        """Return the versions that are kept, newest first."""

    @abstractmethod
    def roll_back(self, version_id: str) -> None:
        """Make a kept version the live one.

        Raises:
            UsageError: There is no such version.

        """
