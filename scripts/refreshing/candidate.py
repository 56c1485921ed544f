"""The candidate: a private copy of the live version, on which everything is tried."""

import shutil
from pathlib import Path

from refreshing.errors import RefreshError
from refreshing.folder import FILE_OF_LINK, WAREHOUSE, PublishFolder

# The copy, what a build adds before old tables are freed, and the file of the marts.
LIVE_SIZES_NEEDED = 2.5
# Typed rows, every step of the models and the marts, against compressed files.
SOURCE_SIZES_NEEDED = 6
LEAST_BYTES_NEEDED = 32 * 1024 * 1024


def clear_candidate(folder: PublishFolder) -> None:
    """Remove what a run left, its write-ahead log and spilled data included."""
    for left in (folder.candidate, folder.erasing):
        shutil.rmtree(left, ignore_errors=True)
    for name in FILE_OF_LINK:
        (folder.path / f".{name}.new").unlink(missing_ok=True)


def refuse_stray_logs(folder: PublishFolder) -> None:
    """Stop if somebody wrote to a published file and left a write-ahead log.

    Raises:
        RefreshError: There is a log; readers see its changes, and nobody tested them.

    """
    live = folder.live_version()
    paths = [folder.path / name for name in FILE_OF_LINK]
    if live is not None:
        paths += folder.files(live)
    for path in paths:
        log = path.with_name(f"{path.name}.wal")
        if log.exists():
            raise RefreshError(
                f"{log}: somebody wrote to the live version, and readers may see "
                "untested changes; move this .wal away and refresh again"
            )


def live_size(folder: PublishFolder) -> int:
    """Return the bytes of the live version, 0 before the first."""
    live = folder.live_version()
    return (folder.version(live) / WAREHOUSE).stat().st_size if live else 0


def refuse_full_disk(folder: Path, source: Path, live_size: int) -> None:
    """Stop before anything is written that will not fit.

    Args:
        folder: Where the candidate will lie.
        source: Folder of the files that will be loaded.
        live_size: Bytes of the version that the candidate begins with.

    Raises:
        RefreshError: Too little space is free.

    """
    source_size = sum(
        path.stat().st_size for path in source.rglob("*") if path.is_file()
    )
    needed = max(
        LEAST_BYTES_NEEDED,
        int(LIVE_SIZES_NEEDED * live_size),
        int(live_size + SOURCE_SIZES_NEEDED * source_size),
    )
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise RefreshError(
            f"{folder}: {_megabytes(free)} are free, a refresh needs about "
            f"{_megabytes(needed)}; make room and refresh again"
        )


def make_candidate(folder: PublishFolder) -> Path:
    """Copy the live version, if there is one; return the file to work on."""
    folder.candidate.mkdir(mode=0o700)
    path = folder.candidate / WAREHOUSE
    live = folder.live_version()
    if live is not None:
        shutil.copyfile(folder.version(live) / WAREHOUSE, path)
    return path


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
