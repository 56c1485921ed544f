"""Which data files a source folder holds, and for which table."""

import hashlib
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from loading.contract import TABLES, TABLES_BY_NAME, RawTable, likeness, nearest
from loading.errors import LoadError, UsageError

Format = Literal["csv", "csv.gz", "parquet", "jsonl"]

FORMATS: tuple[Format, ...] = ("csv", "csv.gz", "parquet", "jsonl")
DATA_SUFFIXES = (".csv", ".gz", ".parquet", ".jsonl")
HASH_BLOCK_BYTES = 1 << 20
# A folder this much like a table's name is taken for a misspelt table.
MISSPELT_LIKENESS = 0.8

TABLE_NAMES = tuple(table.name for table in TABLES)


@dataclass(frozen=True)
class SourceFile:
    """One data file; `name` is its path inside the source folder, with slashes.

    `path` follows no link any more, so that nobody can point it elsewhere.
    """

    table: RawTable
    path: Path
    name: str
    format: Format

    def size_and_time(self) -> tuple[int, int]:
        """Return bytes and the time of the last change in nanoseconds."""
        status = self.path.stat()
        return status.st_size, status.st_mtime_ns

    def sha256(self) -> str:
        """Return the hash of the bytes, as 64 hexadecimal digits."""
        digest = hashlib.sha256()
        with self.path.open("rb") as stream:
            while block := stream.read(HASH_BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()


def find_source_files(folder: Path) -> list[SourceFile]:
    """List the data files of a source folder: tables in load order, files by name.

    Raises:
        UsageError: The folder does not exist.
        LoadError: A data file belongs to no table, a table comes twice, no event
            table is there, or a file is empty, unreadable or outside of the folder.

    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    found: dict[str, list[SourceFile]] = {}
    for entry in sorted(folder.iterdir()):
        for file in _files_of_entry(folder, entry):
            found.setdefault(file.table.name, []).append(file)
    _check_one_format_each(found)
    if not any(table.is_event and table.name in found for table in TABLES):
        raise LoadError(
            f"{folder.resolve().name}: no event table; at least one of "
            "subscription_events, revenue_events, activity_events must be there"
        )
    files = [file for table in TABLES for file in found.get(table.name, [])]
    return [replace(file, path=_readable_path(folder, file)) for file in files]


def _files_of_entry(folder: Path, entry: Path) -> list[SourceFile]:
    if entry.is_dir():
        return _files_of_folder(folder, entry)
    if entry.suffix.lower() not in DATA_SUFFIXES:
        return []
    table_name, _, suffix = entry.name.partition(".")
    for known in FORMATS:
        if suffix == known and table_name in TABLES_BY_NAME:
            return [SourceFile(TABLES_BY_NAME[table_name], entry, entry.name, known)]
    if table_name in TABLES_BY_NAME:
        raise LoadError(
            f"{entry.name}: not a known format; it may be {table_name} with "
            ".csv, .csv.gz, .parquet or .jsonl"
        )
    close = nearest(table_name or entry.name, TABLE_NAMES)
    raise LoadError(f"{entry.name}: no such table; the nearest known one is {close!r}")


def _files_of_folder(folder: Path, entry: Path) -> list[SourceFile]:
    if entry.suffix.lower() in DATA_SUFFIXES:
        raise LoadError(
            f"{entry.name}: a folder; a folder of Parquet files is called like its "
            "table, without a suffix"
        )
    everything = sorted(entry.rglob("*"))
    inside = [
        path
        for path in everything
        if path.suffix.lower() in DATA_SUFFIXES and not path.is_dir()
    ]
    if entry.name not in TABLES_BY_NAME:
        if inside and likeness(entry.name, TABLE_NAMES) >= MISSPELT_LIKENESS:
            close = nearest(entry.name, TABLE_NAMES)
            raise LoadError(
                f"{entry.name}/: no such table; the nearest known one is {close!r}"
            )
        return []
    for path in everything:
        if path.is_symlink() and path.is_dir():
            name = path.relative_to(folder).as_posix()
            raise LoadError(f"{name}/: a link to a folder inside of a table's folder")
    if not inside:
        raise LoadError(f"{entry.name}/: the folder holds no Parquet file")
    files = []
    for path in inside:
        name = path.relative_to(folder).as_posix()
        if path.suffix != ".parquet":
            raise LoadError(f"{name}: a table's folder may hold Parquet files only")
        if any(part[0] in "._" for part in path.relative_to(entry).parts):
            raise LoadError(f"{name}: looks like the rest of an unfinished write")
        files.append(SourceFile(TABLES_BY_NAME[entry.name], path, name, "parquet"))
    return files


def _check_one_format_each(found: dict[str, list[SourceFile]]) -> None:
    for name, files in found.items():
        places = sorted({file.name.partition("/")[0] for file in files})
        if len(places) > 1:
            raise LoadError(
                f"{places[1]}: table {name!r} comes twice, also as {places[0]}"
            )


def _readable_path(folder: Path, file: SourceFile) -> Path:
    if not file.name.isprintable():
        raise LoadError(f"{file.name}: the file's name holds unprintable characters")
    try:
        resolved = file.path.resolve(strict=True)
        status = resolved.stat()
        if not resolved.is_relative_to(folder.resolve()):
            raise LoadError(f"{file.name}: a link that leads out of the source folder")
        if not stat.S_ISREG(status.st_mode):
            raise LoadError(f"{file.name}: not a regular file")
        if status.st_size == 0:
            raise LoadError(f"{file.name}: the file is empty (0 bytes)")
        with resolved.open("rb"):
            return resolved
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a circle of links"
        raise LoadError(f"{file.name}: cannot be read: {reason}") from error
