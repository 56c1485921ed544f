"""Which versions passed every check, which one is live, and which one is to be.

A version is a small file, made when its tests passed; the other two are said by a file
each. The views of the marts follow: while they are pointed elsewhere, a version is
coming, and one that a killed run left coming is what the next run makes live.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from refreshing.folder import sync

ENDING = ".json"
LIVE = "live"
COMING = "coming"


@dataclass(frozen=True)
class Ledger:
    """Files in a folder of its own; `path` need not exist yet."""

    path: Path

    def ids(self) -> list[str]:
        """Return the versions that are kept, oldest first."""
        return sorted(file.stem for file in self.path.glob(f"*{ENDING}"))

    def published_at(self, version_id: str) -> datetime:
        """Return the instant at which a version was published first, naive UTC."""
        written = json.loads(self._file(version_id).read_text(encoding="utf-8"))
        return datetime.fromisoformat(written["published_at"])

    def touched_at(self, version_id: str) -> float:
        """Return when a version was added or was live last, in seconds of Unix."""
        return self._file(version_id).stat().st_mtime

    def live(self) -> str | None:
        """Return the version that the views were pointed to last, all of them."""
        return self._said(LIVE)

    def coming(self) -> str | None:
        """Return the version that the views are being pointed to, if there is one."""
        return self._said(COMING)

    def add(self, version_id: str, published_at: datetime) -> None:
        """Keep a version that passed every check."""
        content = json.dumps({"published_at": published_at.isoformat()})
        self._write(self._file(version_id), content)

    def remove(self, version_id: str) -> None:
        """Let go of a version; its tables are no longer one."""
        self._file(version_id).unlink(missing_ok=True)

    def begin(self, version_id: str) -> None:
        """Say that the views are about to be pointed to a version."""
        self._write(self.path / COMING, version_id)

    def finish(self, version_id: str) -> None:
        """Say that all views point to a version; the one before was live until now."""
        before = self.live()
        if before is not None and self._file(before).exists():
            os.utime(self._file(before))
        self._write(self.path / LIVE, version_id)
        (self.path / COMING).unlink(missing_ok=True)

    def _file(self, version_id: str) -> Path:
        return self.path / f"{version_id}{ENDING}"

    def _said(self, name: str) -> str | None:
        path = self.path / name
        return path.read_text(encoding="utf-8").strip() if path.exists() else None

    def _write(self, path: Path, content: str) -> None:
        """Write a file at once: it is whole, or as it was."""
        self.path.mkdir(exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(content, encoding="utf-8")
        sync(fresh)
        fresh.replace(path)
        sync(self.path)
