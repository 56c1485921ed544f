"""A progress bar for loads that take long, when somebody is watching."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

PATIENCE_SECONDS = 2.0


class LoadProgress:
    """Counts finished steps; shows a bar on stderr after two seconds."""

    def __init__(self, *, steps: int, is_watched: bool) -> None:
        """Expect `steps` steps; nothing is ever shown unless `is_watched`."""
        self._is_watched = is_watched
        self._started = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("load", total=steps)
        self._is_shown = False

    def __enter__(self) -> Self:
        """Return the progress; the bar is not shown yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._is_shown:
            self._progress.stop()

    def begin(self, description: str) -> None:
        """Say what is being done."""
        self._progress.update(self._task, description=description)
        waited = time.monotonic() - self._started
        if self._is_watched and not self._is_shown and waited > PATIENCE_SECONDS:
            self._progress.start()
            self._is_shown = True

    def advance(self) -> None:
        """Count one step."""
        self._progress.advance(self._task)
