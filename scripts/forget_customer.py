"""Erase a person: python scripts/forget_customer.py CUSTOMER_ID.

From raw, quarantine and everything built, in all kept versions and in the warehouse
that DBT_DUCKDB_PATH names. Exit status: 0 done, 1 not found or failed, 2 wrong use,
3 another run holds the lock.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from forgetting.erasure import Erasure, erase, is_mentioned
from forgetting.person import ids_of_person, merges_in
from loading.arguments import SentenceParser, size
from loading.errors import LoadError
from loading.settings import warehouse_path
from refreshing.candidate import clear_candidate
from refreshing.errors import LockedError, RefreshError
from refreshing.folder import PublishFolder
from refreshing.lock import refresh_lock

PRIVATE = 0o077


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="forget_customer.py",
        description="Erase a person from every file, and keep them out of later loads.",
    )
    parser.add_argument("customer_id", help="any id of the person")
    parser.add_argument(
        "--publish-to",
        type=Path,
        default=Path("warehouse/published"),
        metavar="DIR",
        help="folder of the published versions (default warehouse/published)",
    )
    parser.add_argument("--memory-limit", type=size, default="1500MB", metavar="SIZE")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


@contextmanager
def _locked(folder: PublishFolder) -> Iterator[None]:
    """Keep refreshes out, where there is something published."""
    if not folder.versions.is_dir():
        yield
        return
    with refresh_lock(folder.path):
        clear_candidate(folder)
        yield


def _files(folder: PublishFolder) -> list[Path]:
    """Return every file that may hold a person; of a version, the marts first.

    So a run that is killed leaves the warehouse, which knows the merged ids, for last.
    """
    files = [
        path
        for version_id in reversed(folder.version_ids())
        for path in reversed(folder.files(version_id))
    ]
    files.append(warehouse_path().absolute())
    return [path for path in files if path.is_file()]


def _work_folder(path: Path, folder: PublishFolder) -> Path:
    if path.is_relative_to(folder.path):
        return folder.erasing
    return path.with_name(f"{path.name}.erasing")


def _erase_everywhere(
    folder: PublishFolder, customer_id: str, memory_limit: str
) -> tuple[list[str], dict[Path, Erasure]]:
    """Return the ids of the person, and what was removed from which file.

    Raises:
        RefreshError: No file knows the customer.

    """
    files = _files(folder)
    merges = [merge for path in files for merge in merges_in(path, memory_limit)]
    ids = ids_of_person(customer_id, merges)
    if not any(is_mentioned(path, ids, memory_limit) for path in files):
        raise RefreshError(
            f"{customer_id!r}: no such customer in {len(files)} files; nothing changed"
        )
    erasures = {}
    for path in files:
        work = _work_folder(path, folder)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            erasures[path] = erase(path, ids, work, memory_limit)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return ids, erasures


def _lines(ids: list[str], erasures: dict[Path, Erasure]) -> list[str]:
    lines = []
    for path, erasure in erasures.items():
        removed = ", ".join(f"{name} {rows}" for name, rows in erasure.rows.items())
        lines.append(f"{path}: {removed or 'nothing to remove'}")
    lines.append(
        f"forgot {', '.join(ids)}; later loads count their rows as forgotten, and the "
        "next refresh builds all sums without them"
    )
    return lines


def _sentence(error: BaseException) -> tuple[str, int]:
    """Return one sentence and the exit status for what went wrong."""
    first = str(error).partition("\n")[0]
    if isinstance(error, RefreshError | LoadError):
        return first, error.exit_status
    if "Could not set lock" in first or "Conflicting lock" in first:
        return f"somebody has a file open: {first}", LockedError.exit_status
    return f"not finished, run it again: {first}", RefreshError.exit_status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    os.umask(PRIVATE)
    try:
        options = _parser().parse_args(arguments)
        folder = PublishFolder(options.publish_to.absolute())
        with _locked(folder):
            ids, erasures = _erase_everywhere(
                folder, options.customer_id, options.memory_limit
            )
    except (RefreshError, LoadError, duckdb.Error, OSError, KeyboardInterrupt) as error:
        sentence, status = _sentence(error)
        print(f"forget_customer.py: {sentence}", file=sys.stderr)
        return status
    if options.json:
        files = {str(path): erasure.rows for path, erasure in erasures.items()}
        print(json.dumps({"customer_ids": ids, "files": files}))
    else:
        print("\n".join(_lines(ids, erasures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
