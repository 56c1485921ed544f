"""Folders of versions in a warehouse of Spark: one for each schema and table."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from refreshing.folder import sync
from refreshing.schema_names import SCHEMAS, VERSION_PREFIX

# Of a schema; and the private folder of a load into it.
FOLDERS = (".db", ".loading")


def schema_folder(warehouse: Path, schema: str) -> Path:
    """Return the folder with the tables of a schema."""
    return warehouse / f"{schema}.db"


def tables_of(warehouse: Path, schema: str) -> list[str]:
    """Return the tables of a schema, in order; a view has no folder."""
    folder = schema_folder(warehouse, schema)
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def versioned(prefix: str) -> str:
    """Return a pattern of the names of all schemas that are named after versions."""
    return f"{prefix}{VERSION_PREFIX}({'|'.join(SCHEMAS)})"


def remove_versions(warehouse: Path, prefix: str, kept: Iterable[str]) -> None:
    """Remove the folders of versions.

    Args:
        warehouse: Of Spark.
        prefix: The project's `schema_prefix`.
        kept: Prefixes of the schemas of the versions that stay.

    """
    staying = tuple(kept)
    for path in warehouse.iterdir():
        is_version = path.suffix in FOLDERS and re.fullmatch(
            versioned(prefix), path.stem
        )
        if is_version and not path.name.startswith(staying):
            shutil.rmtree(path, ignore_errors=True)


def link_raw(source: Path, target: Path) -> None:
    """Give a schema the raw rows of another one.

    A file of raw rows is never written to again, so both schemas have the same file.

    Args:
        source: Folder of the schema with the rows, which may not exist.
        target: Folder of the other one, which is created.

    """
    loads = {path.name for path in (source / "loads").glob("*.parquet")}
    target.mkdir()
    for path in sorted(source.glob("*/*.parquet")):
        # Others were left by a load that was killed.
        if path.name in loads:
            folder = target / path.parent.name
            folder.mkdir(exist_ok=True)
            _link(path, folder / path.name)


def size_of(warehouse: Path, prefix: str) -> int:
    """Return the bytes of four schemas, with raw files that other versions share."""
    return sum(path.stat().st_size for path in _files(warehouse, prefix))


def sync_version(warehouse: Path, prefix: str) -> None:
    """Write the files of the four schemas with a prefix to the disk."""
    for path in _files(warehouse, prefix):
        sync(path)


def _files(warehouse: Path, prefix: str) -> Iterator[Path]:
    for schema in SCHEMAS:
        for path in schema_folder(warehouse, f"{prefix}{schema}").rglob("*"):
            if path.is_file():
                yield path


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:
        # Not every disk has such links.
        shutil.copyfile(path, target)
