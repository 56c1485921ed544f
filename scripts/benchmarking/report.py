"""Tables for people, JSON for programs."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rich.table import Table

from benchmarking.results import Goal, Part

MEGABYTE = 1024**2
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "pandas", "polars", "lifetimes")


def part_table(part: Part) -> Table:
    """Return what a part ran, line by line."""
    table = Table(title=part.title, title_justify="left")
    table.add_column("what", overflow="fold")
    for name in ("CPU s", "SQL s", "peak MB", "wall s"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("note", overflow="fold")
    for figure in part.figures:
        cost = figure.cost
        table.add_row(
            figure.what,
            f"{cost.cpu_seconds:.2f}" if cost else "",
            "" if figure.sql_seconds is None else f"{figure.sql_seconds:.2f}",
            f"{cost.peak_bytes / MEGABYTE:,.0f}" if cost else "",
            f"{cost.wall_seconds:.1f}" if cost else "",
            figure.note,
        )
    return table


def check_table(parts: Sequence[Part]) -> Table:
    """Return which results were compared."""
    table = Table(title="Equality", title_justify="left")
    table.add_column("what")
    table.add_column("cells", justify="right")
    table.add_column("differing")
    for part in parts:
        for check in part.checks:
            found = ", ".join(check.differing) or "none"
            table.add_row(check.what, f"{check.cells:,}", found)
    return table


def goal_table(parts: Sequence[Part]) -> Table:
    """Return what was measured beside each goal."""
    table = Table(title="Goals", title_justify="left")
    table.add_column("goal", overflow="fold")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("limit", justify="right", no_wrap=True)
    table.add_column("met")
    for part in parts:
        for goal in part.goals:
            measured, limit = figures(goal)
            table.add_row(goal.what, measured, limit, "yes" if goal.is_met else "no")
    return table


def figures(goal: Goal) -> tuple[str, str]:
    """Return the measurement and the limit in words."""
    bound = "at most" if goal.at_most else "at least"
    return (
        f"{goal.measured:.2f} {goal.unit}".strip(),
        f"{bound} {goal.limit:g} {goal.unit}".strip(),
    )


def as_json(parts: Sequence[Part], options: dict[str, object]) -> dict[str, Any]:
    """Return everything that was found, and where and when."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "options": options,
        "parts": [
            {
                **asdict(part),
                "goals": [
                    {**asdict(goal), "is_met": goal.is_met} for goal in part.goals
                ],
            }
            for part in parts
        ],
    }


def machine() -> dict[str, object]:
    """Return what the figures depend on; no name of the machine."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "memory_gb": round(
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1
        ),
        "load": [round(load, 1) for load in os.getloadavg()],
        "versions": versions,
    }
