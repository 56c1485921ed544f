"""What trees of processes cost: CPU seconds, and memory at its peak.

Linux only: it reads /proc. Memory is the proportional share (PSS), so that what the
processes of a server share is counted once.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")
SECONDS_BETWEEN = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024  # in the kilobytes of /proc


@dataclass(frozen=True)
class Cost:
    """What a tree used while it was watched.

    Attributes:
        cpu_seconds: User and system time, of processes that have ended too.
        peak_megabytes: Most memory that was seen at one moment.

    """

    cpu_seconds: float
    peak_megabytes: int


class Watch:
    """Looks at the trees below processes, twice a second; use it in a `with` block."""

    def __init__(self, *roots: int, without: tuple[int, ...] = ()) -> None:
        """Watch processes and their descendants, but not the trees of some of them."""
        self._roots = roots
        self._without = without
        self._peak = 0
        self._began = 0.0
        self._ended = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._began = self._cpu_seconds()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()
        self._ended = self._cpu_seconds()

    @property
    def cost(self) -> Cost:
        """What was used in the block."""
        return Cost(self._ended - self._began, self._peak // MEGABYTE)

    def _look(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN):
            # Whoever looks has memory of its own, which is nobody's cost.
            watched = [process for process in self._tree() if process != os.getpid()]
            self._peak = max(self._peak, sum(map(_kilobytes, watched)))

    def _cpu_seconds(self) -> float:
        """Return what the tree used so far, and its children that have ended."""
        return sum(map(_cpu_seconds, self._tree()))

    def _tree(self) -> Iterator[int]:
        children: dict[int, list[int]] = {}
        for path in PROC.iterdir():
            if path.name.isdigit():
                process = int(path.name)
                children.setdefault(_parent(process), []).append(process)
        waiting = list(self._roots)
        while waiting:
            process = waiting.pop()
            if process not in self._without:
                yield process
                waiting += children.get(process, [])


def _fields(process: int) -> list[str]:
    """Return the fields of /proc/<process>/stat from the state on."""
    text = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()


def _parent(process: int) -> int:
    return int(_or_zero(lambda: int(_fields(process)[1])))


def _cpu_seconds(process: int) -> float:
    # utime, stime, and those of children that were waited for.
    return _or_zero(lambda: sum(map(int, _fields(process)[11:15])) / TICKS)


def _kilobytes(process: int) -> int:
    def read() -> float:
        rollup = PROC / str(process) / "smaps_rollup"
        lines = rollup.read_text(encoding="utf-8").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

    return int(_or_zero(read))


def _or_zero(read: Callable[[], float]) -> float:
    """Return 0 for a process that has gone in between."""
    try:
        return read()
    except (OSError, IndexError, ValueError):
        return 0
