"""An engine to compare: load a folder, build the project, hand over the marts."""

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

import duckdb

from engines.errors import EngineError

PROJECT = Path(__file__).resolve().parents[2]
Variables = Mapping[str, object]


class Engine(ABC):
    """One dbt target with a warehouse of its own; commands run as users call them."""

    target: str

    def __init__(self, folder: Path) -> None:
        """Keep everything that is written below `folder`, which is created."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """What profiles.yml needs to know."""

    @abstractmethod
    def fetch_table(
        self, connection: duckdb.DuckDBPyConnection, schema: str, table: str
    ) -> str:
        """Make a table readable on a DuckDB connection and return its relation."""

    @property
    def server_processes(self) -> tuple[int, ...]:
        """Ids of the processes that all of a server's are below; none without one."""
        return ()

    def bytes_on_disk(self) -> int:
        """Return what the warehouse takes: all that lies in the folder."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sum(path.stat().st_size for path in files)

    def load(self, source: Path, variables: Variables | None = None) -> None:
        """Load a source folder, however many of its rows are bad.

        Raises:
            EngineError: The load was refused.

        """
        command = [
            *(sys.executable, str(PROJECT / "scripts" / "load_raw.py"), str(source)),
            *("--target", self.target, "--max-quarantined-share", "1"),
            *("--vars", json.dumps(dict(variables or {}))),
        ]
        self._run(command)

    def build(self, variables: Variables | None = None, *options: str) -> None:
        """Run `dbt build`, which must succeed in every node.

        Raises:
            EngineError: A model or a test failed.

        """
        command = [
            *(self.dbt(), "build", "--target", self.target, "--quiet"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.folder / "target")),
            *("--log-path", str(self.folder / "logs"), "--no-use-colors"),
            *("--vars", json.dumps(dict(variables or {})), *options),
        ]
        self._run(command)

    def dbt(self) -> str:
        """Return the dbt command whose environment has the adapter."""
        return str(Path(sys.executable).with_name("dbt"))

    def _run(self, command: list[str]) -> None:
        ended = subprocess.run(  # noqa: S603
            command,
            cwd=self.folder,
            env=os.environ | self.environment | {"DO_NOT_TRACK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            name = Path(command[0]).name
            said = "\n".join([ended.stdout, ended.stderr]).strip()
            raise EngineError(f"{self.target}: {name} failed:\n{said[-4000:]}")
