"""One run at a time: a lock that the kernel gives back when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from refreshing.errors import LockedError

LOCK_NAME = ".refresh.lock"
# A run that was killed holds the lock until its dbt has died too, a moment later.
PATIENCE_SECONDS = 1.0


@contextmanager
def refresh_lock(folder: Path) -> Iterator[int]:
    """Hold the lock of a publish folder; yield its file descriptor.

    A child that inherits the descriptor holds the lock too.

    Raises:
        LockedError: Another run holds it.

    """
    path = folder / LOCK_NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patient_until:
                holder = os.pread(descriptor, 20, 0).decode() or "unknown"
                raise LockedError(
                    f"another run (process {holder}) is at work here; try again later"
                ) from None
            time.sleep(0.05)
        else:
            return
