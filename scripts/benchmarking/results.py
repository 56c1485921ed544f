"""What a part of the benchmark found: figures, goals, and checks of equality."""

from dataclasses import dataclass, field
from typing import Any

from benchmarking.measurement import Cost


@dataclass(frozen=True)
class Figure:
    """A line of the table: what was run, and what it took.

    `sql_seconds` is the part of the processor time inside DuckDB, where dbt ran it.
    """

    what: str
    cost: Cost | None = None
    sql_seconds: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """A goal of the project, and what was measured."""

    what: str
    measured: float
    limit: float
    unit: str = "times"
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the measurement keeps the limit."""
        if self.at_most:
            return self.measured <= self.limit
        return self.measured >= self.limit


@dataclass(frozen=True)
class Check:
    """Two results that must be equal; `differing` names the tables that are not."""

    what: str
    cells: int
    differing: tuple[str, ...]


@dataclass
class Part:
    """Everything that one part of the benchmark found."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def check(self, what: str, answer: dict[str, Any]) -> None:
        """Note the answer of a task that compared."""
        cells, differing = int(answer["cells"]), tuple(answer["differing"])
        self.checks.append(Check(what, cells, differing))
