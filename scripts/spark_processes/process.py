"""One process of the cluster, found again by a file with its id."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from spark_processes.errors import ClusterError

STOP_SECONDS = 20


@dataclass(frozen=True)
class ClusterProcess:
    """A process with a group of its own: the executors of a worker are in it too."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """File with what it says."""
        return self.folder / "logs" / f"{self.name}.log"

    @property
    def _note(self) -> Path:
        return self.folder / "pids" / self.name

    def start(self, command: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start it in the background."""
        with self.log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                list(command),
                cwd=self.folder,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._note.write_text(f"{process.pid} {_born(process.pid)}", encoding="utf-8")

    def pid(self) -> int | None:
        """Return its id, None if it does not run; an id that was reused is another."""
        try:
            pid, born = self._note.read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            return None
        return int(pid) if _born(int(pid)) == born else None

    def memory(self) -> int:
        """Return the resident bytes of it and of its executors."""
        leader = self.pid()
        if leader is None:
            return 0
        pages = 0
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    if os.getpgid(int(entry.name)) == leader:
                        pages += int((entry / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> bool:
        """Stop it and its executors; return whether it ran.

        Raises:
            ClusterError: It does not end, even if killed.

        """
        pid = self.pid()
        if pid is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(pid, number)
                if _has_ended(pid):
                    break
            else:
                raise ClusterError(f"{self.name}: process {pid} does not end")
        self._note.unlink(missing_ok=True)
        return pid is not None

    def last_line(self) -> str:
        """Return the last error in its log, else its last line."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in lines if "Exception" in line or "ERROR" in line]
        return (errors or lines or ["no word from it"])[-1].strip()


def _born(pid: int) -> str:
    """Return when a process began, in the kernel's ticks; empty if it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    state, *figures = text.rpartition(")")[2].split()
    return "" if state == "Z" else figures[18]


def _has_ended(group: int) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(group, os.WNOHANG)
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
