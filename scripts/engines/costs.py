"""What steps on an engine cost, as a table, and how that grows."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.table import Table

from engines.process_watch import Cost

COLUMNS = ("engine", "customers", "step", "s", "CPU s dbt", "CPU s server")
MEMORY_COLUMNS = ("MB dbt", "MB server", "MB on disk")


@dataclass(frozen=True)
class Step:
    """One load or build, and what it cost on either side."""

    engine: str
    customers: int
    name: str
    seconds: float
    client: Cost
    server: Cost
    disk_megabytes: int

    @property
    def cpu_seconds(self) -> float:
        """Of both sides."""
        return self.client.cpu_seconds + self.server.cpu_seconds


def exponents(steps: Sequence[Step]) -> Iterator[str]:
    """Yield how CPU seconds grow with customers: 1 is in proportion."""
    for name in dict.fromkeys(step.name for step in steps):
        same = [step for step in steps if step.name == name]
        for small, large in pairwise(same):
            growth = math.log(large.cpu_seconds / small.cpu_seconds)
            exponent = growth / math.log(large.customers / small.customers)
            sizes = f"{small.customers:,} to {large.customers:,} customers"
            yield f"{name}, {sizes}: CPU grows with exponent {exponent:.2f}"


def cost_table(steps: Sequence[Step]) -> Table:
    """Return one row per step."""
    table = Table()
    for name in (*COLUMNS, *MEMORY_COLUMNS):
        table.add_column(
            name, justify="left" if name in ("engine", "step") else "right"
        )
    for step in steps:
        figures = step.seconds, step.client.cpu_seconds, step.server.cpu_seconds
        sizes = (
            step.client.peak_megabytes,
            step.server.peak_megabytes,
            step.disk_megabytes,
        )
        table.add_row(
            *(step.engine, f"{step.customers:,}", step.name),
            *(f"{figure:,.0f}" for figure in (*figures, *sizes)),
        )
    return table
