"""Where the time of a build goes, from the event log that Spark writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spark_processes.errors import ClusterError

# A pause this long, in milliseconds, is one between two builds.
PAUSE = 60_000


@dataclass(frozen=True)
class Shares:
    """A build: seconds of the clock, and seconds of tasks, by what they do.

    Attributes:
        seconds: From the first task to the end of the last one.
        driver_seconds: Of these, without any task: plans, files, the client.
        tasks: Number of tasks.
        scan_seconds: Run time of tasks that read tables.
        shuffle_seconds: Run time of tasks that read what others have shuffled.
        other_seconds: Run time of the rest.
        read_bytes: Read from tables.
        shuffled_bytes: Written for other tasks.

    """

    seconds: float
    driver_seconds: float
    tasks: int
    scan_seconds: float
    shuffle_seconds: float
    other_seconds: float
    read_bytes: int
    shuffled_bytes: int

    @property
    def task_seconds(self) -> float:
        """Run time of all tasks."""
        return self.scan_seconds + self.shuffle_seconds + self.other_seconds


def last_build(events: Path) -> Shares:
    """Return the shares of the last build in the newest event log.

    Raises:
        ClusterError: There is no event log, or no task in it.

    """
    logs = sorted(events.glob("app-*"), key=lambda path: path.stat().st_mtime)
    if not logs:
        raise ClusterError(f"{events}: no event log there")
    tasks = sorted(_tasks(logs[-1]), key=lambda task: task["Task Info"]["Launch Time"])
    if not tasks:
        raise ClusterError(f"{logs[-1]}: no task has run yet")
    builds: list[list[dict[str, Any]]] = []
    end = -PAUSE
    for task in tasks:
        info = task["Task Info"]
        if info["Launch Time"] - end >= PAUSE:
            builds.append([])
        builds[-1].append(task)
        end = max(end, info["Finish Time"])
    return _shares(builds[-1])


def _tasks(log: Path) -> Iterator[dict[str, Any]]:
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            if '"SparkListenerTaskEnd"' in line:
                yield json.loads(line)


def _shares(tasks: list[dict[str, Any]]) -> Shares:
    by_kind = {"scan": 0, "shuffle": 0, "other": 0}
    read = shuffled = 0
    for task in tasks:
        metrics = task.get("Task Metrics") or {}
        input_bytes = metrics.get("Input Metrics", {}).get("Bytes Read", 0)
        fetched = metrics.get("Shuffle Read Metrics", {})
        fetched_bytes = sum(
            fetched.get(f"{place} Bytes Read", 0) for place in ("Remote", "Local")
        )
        kind = "scan" if input_bytes else "shuffle" if fetched_bytes else "other"
        by_kind[kind] += metrics.get("Executor Run Time", 0)
        read += input_bytes
        shuffled += metrics.get("Shuffle Write Metrics", {}).get(
            "Shuffle Bytes Written", 0
        )
    spans = [
        (task["Task Info"]["Launch Time"], task["Task Info"]["Finish Time"])
        for task in tasks
    ]
    seconds = (max(end for _, end in spans) - spans[0][0]) / 1000
    return Shares(
        seconds,
        seconds - _covered(spans) / 1000,
        len(tasks),
        by_kind["scan"] / 1000,
        by_kind["shuffle"] / 1000,
        by_kind["other"] / 1000,
        read,
        shuffled,
    )


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    """Return how long at least one of the spans, sorted by beginning, lasts."""
    covered, until = 0, 0
    for begin, end in spans:
        covered += max(0, end - max(begin, until))
        until = max(until, end)
    return covered
