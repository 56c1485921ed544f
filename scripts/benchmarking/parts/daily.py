"""A new day after a full build: what it costs, and whether it grows with history."""

import statistics
from dataclasses import dataclass
from pathlib import Path

from benchmarking.measurement import measure, median
from benchmarking.results import Figure, Goal, Part
from benchmarking.tasks.split_loads import FIRST_LOAD, SECOND_LOAD
from benchmarking.workbench import FILE_NAME, Build, Workbench

SHORTER = 9
LATE_DAYS = 7
LATE_PERCENT = 1


@dataclass(frozen=True)
class Refresh:
    """One history: the full build of everything, and the build of the new day."""

    full: Build
    daily_sql_seconds: float


def run(bench: Workbench) -> Part:
    """Refresh a short and the whole history with the same day."""
    part = Part("daily", "One new day and 1 % late rows of the week before")
    short_months = max(1, bench.months // SHORTER)
    raw = bench.loaded(bench.customers)
    shortened = bench.empty("shortened") / FILE_NAME
    measure(
        "shorten",
        {"warehouse": str(raw), "months": short_months, "into": str(shortened)},
        shortened.parent,
    )
    short = refresh(bench, part, shortened, short_months)
    whole = refresh(bench, part, raw, bench.months)
    refresh(bench, part, raw, bench.months, is_ordinary=False)
    part.goals += [
        Goal(
            "daily refresh, SQL against the full build",
            100 * whole.daily_sql_seconds / whole.full.sql_seconds,
            3,
            "%",
        ),
        Goal(
            f"daily refresh, {bench.months} months against {short_months}",
            whole.daily_sql_seconds / short.daily_sql_seconds,
            1.5,
        ),
    ]
    bench.discard("shortened")
    return part


def refresh(
    bench: Workbench, part: Part, raw: Path, months: int, *, is_ordinary: bool = True
) -> Refresh:
    """Build the first load, refresh with the second, and compare with a full build.

    An ordinary day ends no week and no month. The last day of a sample ends a month,
    and with it come rows of that month for every customer.
    """
    what = f"{months} months" + ("" if is_ordinary else ", the end of one")
    bench.tell(f"daily refresh on {what}")
    source = bench.empty("two_loads") / FILE_NAME
    batch = measure(
        "split_loads",
        {
            "warehouse": str(raw),
            "into": str(source),
            "late_percent": LATE_PERCENT,
            "late_days": LATE_DAYS,
            "is_ordinary": is_ordinary,
        },
        source.parent,
    ).answer
    refreshed = bench.empty("refreshed") / FILE_NAME
    arrival = {"source": str(source), "warehouse": str(refreshed)}
    measure("arrive", {**arrival, "load_id": FIRST_LOAD}, refreshed.parent)
    bench.build(refreshed)
    measure("arrive", {**arrival, "load_id": SECOND_LOAD}, refreshed.parent)
    runs = []
    for number in range(bench.repeats):
        copy = bench.copied(refreshed, f"refreshed_{number}")
        runs.append(bench.build(copy))
    whole = bench.empty("whole") / FILE_NAME
    measure(
        "copy_raw",
        {"origin": str(refreshed), "warehouse": str(whole), "emptied": []},
        whole.parent,
    )
    full = bench.build(whole)
    equal = measure(
        "compare_warehouses",
        {"one": str(runs[-1].warehouse), "other": str(whole)},
        whole.parent,
    )
    part.check(f"refreshed = built at once, {what}", equal.answer)
    daily_sql_seconds = statistics.median(run.sql_seconds for run in runs)
    part.figures += [
        Figure(f"{what}: full build", full.cost, full.sql_seconds),
        Figure(
            f"{what}: the new day",
            median([run.cost for run in runs]),
            daily_sql_seconds,
            f"{batch['rows']:,} rows, {batch['late_rows']:,} of them late",
        ),
    ]
    for name in ("two_loads", "refreshed", "whole"):
        bench.discard(name)
    for number in range(bench.repeats):
        bench.discard(f"refreshed_{number}")
    return Refresh(full, daily_sql_seconds)
