"""The publish folder: where versions, their links and the candidate lie."""

import os
from dataclasses import dataclass
from pathlib import Path

from refreshing.errors import RefreshError, UsageError

WAREHOUSE = "warehouse.duckdb"
MARTS = "marts.duckdb"
# DuckDB calls a database like its file. One that is called `marts` would make every
# `marts.<table>` ambiguous, so the file behind that link has another name.
FILE_OF_LINK = {WAREHOUSE: WAREHOUSE, MARTS: "marts_only.duckdb"}
SHARED_FOLDER_MODE = 0o750


@dataclass(frozen=True)
class PublishFolder:
    """Paths below the folder that `--publish-to` names."""

    path: Path

    @property
    def versions(self) -> Path:
        """Folder with one folder per version."""
        return self.path / "versions"

    @property
    def candidate(self) -> Path:
        """Private folder in which the next version is built."""
        return self.path / ".candidate"

    @property
    def erasing(self) -> Path:
        """Private folder in which files are written anew without a person."""
        return self.path / ".erasing"

    @property
    def dbt(self) -> Path:
        """Private folder with what dbt writes: its parsed project and its log."""
        return self.path / ".dbt"

    def version(self, version_id: str) -> Path:
        """Return the folder of a version."""
        return self.versions / version_id

    def prepare(self) -> None:
        """Create the folders; who may read the group may read what is published.

        Raises:
            UsageError: It cannot be made, or a file stands where a link belongs.

        """
        try:
            for path in (self.path, self.versions):
                if not path.is_dir():
                    path.mkdir(parents=True)
                    path.chmod(SHARED_FOLDER_MODE)
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be used: {error.strerror}") from None
        for name in FILE_OF_LINK:
            link = self.path / name
            if link.exists() and not link.is_symlink():
                raise UsageError(
                    f"{link}: is a file, but a link to the live version belongs there; "
                    "move it away"
                )

    def files(self, version_id: str) -> list[Path]:
        """Return the published files of a version."""
        return [self.version(version_id) / name for name in FILE_OF_LINK.values()]

    def version_ids(self) -> list[str]:
        """Return the versions that are kept, oldest first."""
        if not self.versions.is_dir():
            return []
        return sorted(path.name for path in self.versions.iterdir() if path.is_dir())

    def linked_version(self, name: str = WAREHOUSE) -> str | None:
        """Return the version that a link points to, or None without a link."""
        link = self.path / name
        return link.readlink().parent.name if link.is_symlink() else None

    def live_version(self) -> str | None:
        """Return the version that readers see, or None before the first.

        Raises:
            RefreshError: The link points to a version that is gone.

        """
        live = self.linked_version()
        if live is not None and not (self.version(live) / WAREHOUSE).is_file():
            raise RefreshError(
                f"{self.path / WAREHOUSE}: the live version {live} is not there any "
                "more; choose another with --rollback"
            )
        return live

    def point_to(self, version_id: str) -> None:
        """Let the links point to a version; each is swapped by one rename.

        The warehouse comes first and decides which version is live: if the run is
        killed between the two, the next one brings the marts along.
        """
        for name, file_name in FILE_OF_LINK.items():
            target = Path("versions") / version_id / file_name
            link, fresh = self.path / name, self.path / f".{name}.new"
            if link.is_symlink() and link.readlink() == target:
                continue
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(target)
            fresh.replace(link)
        sync(self.path)


def sync(path: Path) -> None:
    """Write a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
