"""Versions that are kept: their names, their list, going back, and letting go."""

import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from refreshing.errors import RefreshError, UsageError
from refreshing.folder import FILE_OF_LINK, PublishFolder
from refreshing.publish import is_complete, make_live

ID_FORMAT = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Version:
    """One version that is kept; sizes in bytes, times in UTC."""

    version_id: str
    published_at: datetime
    is_live: bool
    size: int

    def summary(self) -> dict[str, object]:
        """Return what `--list --json` prints."""
        return {
            "version_id": self.version_id,
            "published_at": self.published_at.isoformat(),
            "is_live": self.is_live,
            "bytes": self.size,
        }


def new_version_id(ids: list[str]) -> tuple[str, datetime]:
    """Return an id that sorts after all of `ids`, and its instant in UTC."""
    now = datetime.now(UTC).replace(tzinfo=None)
    if ids:
        now = max(now, instant_of(max(ids)) + timedelta(microseconds=1))
    return f"{now:{ID_FORMAT}}-{secrets.token_hex(2)}", now


def instant_of(version_id: str) -> datetime:
    """Return the instant in a version's id, naive UTC."""
    try:
        return datetime.strptime(version_id.rpartition("-")[0], ID_FORMAT)
    except ValueError:
        raise RefreshError(
            f"versions/{version_id}: is no version that refresh.py made; move it away"
        ) from None


def kept_versions(folder: PublishFolder) -> list[Version]:
    """Return the versions, newest first."""
    live = folder.linked_version()
    return [
        Version(
            version_id=version_id,
            published_at=instant_of(version_id),
            is_live=version_id == live,
            size=sum(path.stat().st_size for path in folder.files(version_id)),
        )
        for version_id in reversed(folder.version_ids())
        if is_complete(folder, version_id)
    ]


def roll_back(folder: PublishFolder, version_id: str) -> None:
    """Make a kept version the live one.

    Raises:
        UsageError: There is no such version.

    """
    refuse_unknown(version_id, kept_versions(folder))
    make_live(folder, version_id)


def refuse_unknown(version_id: str, versions: list[Version]) -> None:
    """Stop if a version is not among those that are kept.

    Raises:
        UsageError: It is not.

    """
    known = [version.version_id for version in versions]
    if version_id not in known:
        kept = f"kept are {', '.join(known)}" if known else "none is kept"
        raise UsageError(f"--rollback {version_id}: no such version; {kept}")


def let_go(folder: PublishFolder, *, keep: int, keep_minutes: float) -> list[str]:
    """Remove old versions, and return their ids.

    A reader that followed the link a moment ago may still be opening its file, so a
    version stays for a while after it was live last: its folder's time says when.

    Args:
        folder: The publish folder.
        keep: How many of the newest stay, however old.
        keep_minutes: How long every version stays after it was live.

    """
    links = {folder.linked_version(name) for name in FILE_OF_LINK}
    let_go_before = time.time() - keep_minutes * 60
    removed = []
    for version_id in folder.version_ids()[:-keep]:
        path = folder.version(version_id)
        if version_id in links or path.stat().st_mtime > let_go_before:
            continue
        shutil.rmtree(path)
        removed.append(version_id)
    return removed


def shown_time(instant: datetime) -> str:
    """Return a time as people read it."""
    return instant.replace(tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
