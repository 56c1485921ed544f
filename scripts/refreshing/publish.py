"""Making a candidate a version: closed, complete on disk, then visible at once."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import duckdb

from refreshing.errors import RefreshError
from refreshing.folder import (
    FILE_OF_LINK,
    MARTS,
    SHARED_FOLDER_MODE,
    PublishFolder,
    sync,
)
from refreshing.warehouse_file import base_tables, literal, opened, quoted

STORAGE_VERSION = "v1.4.0"
FILE_MODE = 0o440
# The table that says which version a file is.
PUBLICATION = "publication"


def write_publication(
    connection: duckdb.DuckDBPyConnection, version_id: str, published_at: datetime
) -> None:
    """Write `marts.publication`, one row that says which version this is."""
    connection.execute("create schema if not exists marts")
    connection.execute(
        f"create or replace table marts.{PUBLICATION} as "
        "select cast(? as varchar) as version_id, "
        "cast(? as timestamp) as published_at, max(load_id) as load_id, "
        "max(finished_at) as loaded_at, count(*) as load_count "
        "from raw.loads where status = 'loaded'",
        [version_id, published_at],
    )


def close_candidate(candidate: Path, memory_limit: str) -> None:
    """Move everything into the file itself.

    Raises:
        RefreshError: A write-ahead log is still there.

    """
    with opened(candidate, memory_limit) as connection:
        connection.execute("force checkpoint warehouse")
    log = candidate.with_name(f"{candidate.name}.wal")
    if log.exists():
        raise RefreshError(f"{log.name}: is still there after a checkpoint")


def write_marts(candidate: Path, memory_limit: str) -> None:
    """Copy schema `marts` into a file of its own, beside the candidate."""
    path = candidate.with_name(FILE_OF_LINK[MARTS])
    with opened(candidate, memory_limit, read_only=True) as connection:
        run = connection.execute
        run(f"attach {literal(path)} as bi (storage_version '{STORAGE_VERSION}')")
        run("create schema bi.marts")
        for name in base_tables(connection, "marts"):
            table = quoted(name)
            run(f"create table bi.marts.{table} as from warehouse.marts.{table}")
        run("force checkpoint bi")


def publish(folder: PublishFolder, version_id: str) -> None:
    """Turn the closed candidate into the live version.

    A kill at any point leaves the links on a complete version: the old one, or this.
    """
    published = FILE_OF_LINK.values()
    for name in published:
        path = folder.candidate / name
        sync(path)
        path.chmod(FILE_MODE)
    for path in folder.candidate.iterdir():
        if path.name not in published:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.candidate.chmod(SHARED_FOLDER_MODE)
    sync(folder.candidate)
    folder.candidate.rename(folder.version(version_id))
    sync(folder.versions)
    sync(folder.path)
    make_live(folder, version_id)


def make_live(folder: PublishFolder, version_id: str) -> None:
    """Point the links to a version; note when the one before was live last."""
    before = folder.linked_version()
    if before is not None and folder.version(before).is_dir():
        os.utime(folder.version(before))
    folder.point_to(version_id)


def is_complete(folder: PublishFolder, version_id: str) -> bool:
    """Say whether a version has both files."""
    return all(path.is_file() for path in folder.files(version_id))
