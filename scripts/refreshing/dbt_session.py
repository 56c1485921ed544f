"""The refresh's side of dbt: one process that builds and tests the candidate."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from refreshing.errors import RefreshError

PROJECT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("dbt_worker.py")


@dataclass(frozen=True)
class Noted:
    """A node that failed or warned."""

    name: str
    status: str
    message: str


@dataclass(frozen=True)
class Answer:
    """How a dbt command ended; `error` is what dbt itself said, or empty."""

    success: bool
    error: str
    nodes: int
    noted: tuple[Noted, ...]


class DbtSession:
    """dbt on one target; the process starts with the first command."""

    def __init__(
        self,
        *,
        work_folder: Path,
        target: str,
        vars_text: str,
        environment: Mapping[str, str],
        lock: int,
    ) -> None:
        """Prepare the options of all commands.

        Args:
            work_folder: Private folder for dbt's log and its parsed project.
            target: Of profiles.yml.
            vars_text: Vars that differ from their defaults, as YAML.
            environment: What profiles.yml reads, beside the present environment.
            lock: Descriptor that keeps others out while the process lives.

        """
        self._work_folder = work_folder
        self._options = [
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target", target, "--vars", vars_text or "{}"),
            *("--target-path", str(work_folder / "target")),
            *("--log-path", str(work_folder / "logs")),
            *("--quiet", "--no-use-colors", "--log-level", "none"),
            *("--log-level-file", "info"),
        ]
        self._environment = {**os.environ, "DO_NOT_TRACK": "1", **environment}
        self._lock = lock
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process."""
        self.end(at_once=error is not None)

    def end(self, *, at_once: bool = False) -> None:
        """End the process; the next command starts another one.

        Args:
            at_once: Kill it, whatever it is doing.

        """
        process, self._process = self._process, None
        if process is None:
            return
        if at_once:
            process.kill()
        process.communicate()

    @property
    def log(self) -> Path:
        """The file in which dbt tells what it did."""
        return self._work_folder / "logs" / "dbt.log"

    def run(self, *words: str, on_node: Callable[[str], None] | None = None) -> Answer:
        """Run a dbt command.

        Args:
            words: Such as `build`, `--select`, `dim_customers`.
            on_node: Called with the name of each node that is finished.

        Raises:
            RefreshError: dbt ended without an answer.

        """
        if self._process is None:
            self._process = self._start()
            parsed = self._ask(self._process, ["parse"], None)
            if not parsed.success:
                return parsed
        return self._ask(self._process, list(words), on_node)

    def _start(self) -> subprocess.Popen[str]:
        (self._work_folder / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.with_name("worker.log").open("w", encoding="utf-8") as complaints:
            return subprocess.Popen(  # noqa: S603 - this project's own command
                [sys.executable, "-P", str(WORKER), str(os.getpid())],
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                pass_fds=[self._lock],
            )

    def _ask(
        self,
        process: subprocess.Popen[str],
        words: list[str],
        on_node: Callable[[str], None] | None,
    ) -> Answer:
        asked, answered = process.stdin, process.stdout
        if asked is None or answered is None:
            raise RefreshError("dbt could not be started")
        try:
            asked.write(json.dumps([*words, *self._options]) + "\n")
            asked.flush()
        except BrokenPipeError:
            raise self._ended_early(process) from None
        for line in answered:
            answer = json.loads(line)
            if "success" in answer:
                noted = tuple(Noted(**node) for node in answer.pop("noted"))
                return Answer(**answer, noted=noted)
            if on_node is not None:
                on_node(answer["finished"])
        raise self._ended_early(process)

    def _ended_early(self, process: subprocess.Popen[str]) -> RefreshError:
        status = process.wait()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return RefreshError(
            f"dbt ended without an answer ({how}); see {self._work_folder / 'logs'}"
        )
