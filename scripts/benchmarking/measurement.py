"""One task in a process of its own: its processor time, memory and answer.

Whole processes are measured, as the kernel accounts for them when they end: nothing
that a task leaves in memory weighs on the next one.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarking.errors import BenchmarkError

SCRIPTS = Path(__file__).resolve().parents[1]
PROJECT = SCRIPTS.parent
# The kernel counts in kilobytes, that of macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What a process took; imports are counted in `peak_bytes` only."""

    cpu_seconds: float
    import_seconds: float
    wall_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Measured:
    """A task that succeeded."""

    cost: Cost
    answer: dict[str, Any]


def measure(
    task: str,
    request: Mapping[str, object],
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Measured:
    """Run a module of benchmarking/tasks in a process of its own.

    Args:
        task: Name of the module.
        request: What its function `run` is given; goes through JSON.
        folder: Where it leaves its answer and what it says; made if need be.
        environment: Variables beside the present ones.

    Raises:
        BenchmarkError: It failed; the sentence says how.

    """
    folder.mkdir(parents=True, exist_ok=True)
    answer_file = folder / f"{task}.json"
    answer_file.unlink(missing_ok=True)
    log = folder / f"{task}.log"
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603 - this project's own command
            [sys.executable, "-m", "benchmarking.child", task, str(answer_file)],
            cwd=PROJECT,
            env={
                **os.environ,
                "PYTHONPATH": str(SCRIPTS),
                "DO_NOT_TRACK": "1",
                **(environment or {}),
            },
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            text=True,
        )
        try:
            if process.stdin is not None:
                process.stdin.write(json.dumps(dict(request)))
                process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    wall_seconds = time.monotonic() - began
    if process.returncode != 0 or not answer_file.exists():
        raise BenchmarkError(_complaint(task, process.returncode, log))
    answer = json.loads(answer_file.read_text(encoding="utf-8"))
    import_seconds = answer.pop("import_seconds")
    cost = Cost(
        cpu_seconds=max(0.0, usage.ru_utime + usage.ru_stime - import_seconds),
        import_seconds=import_seconds,
        wall_seconds=wall_seconds,
        peak_bytes=usage.ru_maxrss * RSS_UNIT,
    )
    return Measured(cost, answer)


def _complaint(task: str, status: int, log: Path) -> str:
    """Return how a process ended, with the last thing that it said."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return f"{task} failed ({how}): {said[-1] if said else 'it said nothing'}"


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure of several runs."""
    return Cost(
        cpu_seconds=statistics.median(cost.cpu_seconds for cost in costs),
        import_seconds=statistics.median(cost.import_seconds for cost in costs),
        wall_seconds=statistics.median(cost.wall_seconds for cost in costs),
        peak_bytes=int(statistics.median(cost.peak_bytes for cost in costs)),
    )


def measure_often(
    task: str, request: Mapping[str, object], folder: Path, repeats: int
) -> Measured:
    """Run a task several times; return the median costs and the last answer."""
    runs = [measure(task, request, folder) for _ in range(repeats)]
    return Measured(median([run.cost for run in runs]), runs[-1].answer)
