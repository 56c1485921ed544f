"""The work folder: data sets, copies of warehouses, and builds of the real project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarking.errors import BenchmarkError
from benchmarking.measurement import PROJECT, SCRIPTS, Cost, measure

# dbt has the catalog's name from the file's.
FILE_NAME = "warehouse.duckdb"
SEED = 3
# A million customers of 36 months have about 90 million events of activity.
ACTIVITY_PER_MONTH = 10.2
MODELS_ONLY = ("--exclude", "resource_type:test", "resource_type:unit_test")


@dataclass(frozen=True)
class Node:
    """What one node of a build took."""

    name: str
    kind: str
    materialized: str
    sql_seconds: float
    cpu_seconds: float
    wall_seconds: float


@dataclass(frozen=True)
class Build:
    """A finished run of dbt."""

    warehouse: Path
    cost: Cost
    hooks_sql_seconds: float
    nodes: tuple[Node, ...]

    @property
    def sql_seconds(self) -> float:
        """Processor time inside DuckDB, of all nodes and hooks."""
        return self.hooks_sql_seconds + sum(node.sql_seconds for node in self.nodes)


class Workbench:
    """Where one benchmark works; data sets stay in the folder for the next one."""

    def __init__(
        self,
        folder: Path,
        customers: int,
        months: int,
        repeats: int,
        tell: Callable[[str], None],
    ) -> None:
        """Work below `folder` with so many customers and months; report by `tell`."""
        self.folder = folder
        self.customers = customers
        self.months = months
        self.repeats = repeats
        self.tell = tell
        self._builds: dict[int, Build] = {}

    def loaded(self, customers: int) -> Path:
        """Return a warehouse with the raw tables loaded, which nobody may change."""
        place = self.folder / f"{customers}x{self.months}"
        if not (place / FILE_NAME).exists():
            self.tell(f"generating {customers:,} customers")
            unfinished = self.empty(f"{customers}x{self.months}.unfinished")
            source = unfinished / "source"
            self._command(
                "generate_sample.py",
                *(str(source), "--customers", str(customers)),
                *("--months", str(self.months), "--seed", str(SEED)),
                *("--activity-per-month", str(ACTIVITY_PER_MONTH)),
            )
            self.tell(f"loading {customers:,} customers")
            self._command("load_raw.py", str(source), database=unfinished / FILE_NAME)
            shutil.rmtree(source)
            unfinished.rename(place)
        return place / FILE_NAME

    def _command(self, script: str, *words: str, database: Path | None = None) -> None:
        ended = subprocess.run(  # noqa: S603 - this project's own command
            [sys.executable, str(SCRIPTS / script), *words],
            check=False,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env={**os.environ, "DBT_DUCKDB_PATH": str(database)},
        )
        if ended.returncode != 0:
            said = ended.stderr.strip() or f"status {ended.returncode}"
            raise BenchmarkError(f"{script}: {said}")

    def empty(self, name: str) -> Path:
        """Return a folder without anything in it."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def copied(self, origin: Path, name: str) -> Path:
        """Return a copy of a warehouse in a folder of its own."""
        copy = self.empty(name) / FILE_NAME
        shutil.copyfile(origin, copy)
        return copy

    def scratch(self, name: str) -> Path:
        """Return a file that may be overwritten."""
        place = self.folder / "scratch"
        place.mkdir(exist_ok=True)
        return place / name

    def build(
        self,
        warehouse: Path,
        *options: str,
        models_only: bool = True,
        memory_limit: str | None = None,
    ) -> Build:
        """Run `dbt build` on a warehouse, in a process of its own.

        Args:
            warehouse: The file, called FILE_NAME.
            options: Further options of `dbt build`.
            models_only: Leave the data tests out; unit tests always are.
            memory_limit: Of DuckDB, if not the profile's.

        """
        left_out = MODELS_ONLY if models_only else MODELS_ONLY[:1] + MODELS_ONLY[2:]
        environment = {"DBT_DUCKDB_PATH": str(warehouse)}
        if memory_limit is not None:
            environment["DBT_DUCKDB_MEMORY_LIMIT"] = memory_limit
        measured = measure(
            "dbt_build",
            {
                "words": ["build", *left_out, *options],
                "target_path": str(warehouse.parent / "target"),
            },
            warehouse.parent,
            environment,
        )
        return Build(
            warehouse,
            measured.cost,
            measured.answer["hooks_sql_seconds"],
            tuple(Node(**node) for node in measured.answer["nodes"]),
        )

    def built(self, customers: int) -> Build:
        """Return the full build of a data set, made at its first use."""
        if customers not in self._builds:
            raw = self.loaded(customers)
            self.tell(f"building {customers:,} customers")
            copy = self.copied(raw, self.name_of_build(customers))
            self._builds[customers] = self.build(copy)
        return self._builds[customers]

    def compared(
        self,
        warehouse: str,
        pairs: Mapping[str, tuple[str, str]],
        files: Mapping[str, Path] | None = None,
    ) -> dict[str, Any]:
        """Compare results of the same question.

        Args:
            warehouse: A built one.
            pairs: Of each question, the query of our result and that of the peer's.
            files: Further DuckDB files, by the alias that the queries have for them.

        Returns:
            The number of cells, and the questions whose results differ.

        """
        request = {
            "warehouse": warehouse,
            "pairs": pairs,
            "files": {alias: str(path) for alias, path in (files or {}).items()},
            "into": str(self.scratch("compared.duckdb")),
        }
        return measure("compare_results", request, self.scratch("compared")).answer

    def discard(self, name: str) -> None:
        """Remove a folder of this run."""
        shutil.rmtree(self.folder / name)

    def close(self) -> None:
        """Remove everything but the data sets."""
        for customers in self._builds:
            self.discard(self.name_of_build(customers))
        self._builds.clear()
        shutil.rmtree(self.folder / "scratch", ignore_errors=True)

    @staticmethod
    def name_of_build(customers: int) -> str:
        """Return the folder of the full build of a data set."""
        return f"built_{customers}"
