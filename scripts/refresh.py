"""Load, build, check and publish: python scripts/refresh.py SOURCE.

Everything is tried on a candidate; readers see the last good version until the next one
passed every check. Exit status: 0 done, 1 the data or a check failed, 2 wrong use,
3 another run holds the lock.
"""

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import duckdb
from loading.arguments import SentenceParser, share, size
from loading.errors import LoadError
from loading.profile import profile_target
from loading.progress import LoadProgress
from loading.settings import read_settings
from refreshing.dbt_session import PROJECT
from refreshing.errors import RefreshError, UsageError
from refreshing.file_place import FilePlace
from refreshing.folder import PublishFolder
from refreshing.place import CANDIDATE, Place
from refreshing.report import result_lines, version_lines
from refreshing.run import STEPS, Refresh, RefreshOptions

TARGETS = ("duckdb", "postgres")
# Below the publish folder: what a refresh of a server keeps on this machine.
SERVER_FOLDER = ".postgres"
# With the name of a version, a longer one would not fit into the name of a schema.
LONGEST_PREFIX = 20
PRIVATE = 0o077


def count_from_two(text: str) -> int:
    """Return a whole number from 2, so that a slow reader finds its version."""
    count = int(text)
    if count < 2:  # noqa: PLR2004
        raise ValueError(text)
    return count


def minutes(text: str) -> float:
    """Return a number from 0."""
    number = float(text)
    if not number >= 0:
        raise ValueError(text)
    return number


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="refresh.py",
        description="Load, build, check and publish; or leave what is published alone.",
    )
    add = parser.add_argument
    add("source", type=Path, nargs="?", help="folder with one file per table")
    add(
        "--target",
        default="duckdb",
        help="of profiles.yml; duckdb (default) or postgres",
    )
    add(
        "--publish-to",
        type=Path,
        default=Path("warehouse/published"),
        metavar="DIR",
        help="folder of the published versions (default warehouse/published); on a "
        "server they are schemas, and only dbt's log lies here",
    )
    add("--list", action="store_true", help="show the versions that are kept")
    add("--rollback", metavar="VERSION", help="make a kept version the live one")
    add("--accept", action="store_true", help="publish although numbers fell")
    add("--full-refresh", action="store_true", help="build everything anew")
    add("--vars", default="", metavar="YAML", help="vars, as for dbt build")
    add(
        "--max-quarantined-share",
        type=share,
        default=0.01,
        metavar="SHARE",
        help="refuse the load if more of one table is bad (default 0.01)",
    )
    add(
        "--memory-limit",
        type=size,
        default="1500MB",
        metavar="SIZE",
        help="what DuckDB may use before it spills to disk (default 1500MB)",
    )
    add("--keep", type=count_from_two, default=5, metavar="N", help="versions (5)")
    add(
        "--keep-minutes",
        type=minutes,
        default=10.0,
        metavar="M",
        help="how long a version stays after it was live (10)",
    )
    add("--json", action="store_true", help="print one JSON object")
    return parser


def _check_use(options: argparse.Namespace) -> None:
    if options.target not in TARGETS:
        raise UsageError(
            f"--target {options.target}: not known, refresh.py publishes "
            f"{', '.join(TARGETS)}"
        )
    asked = [options.source is not None, options.list, options.rollback is not None]
    if sum(asked) != 1:
        raise UsageError("give one of SOURCE, --list and --rollback VERSION")
    if options.source is not None and not options.source.is_dir():
        raise UsageError(f"{options.source}: no such folder")
    if options.target == "duckdb" and read_settings(options.vars).schema_prefix:
        raise UsageError("schema_prefix: a published file has no need of it; leave it")
    _check_prefix(read_settings(options.vars).schema_prefix)


def _check_prefix(prefix: str) -> None:
    """Refuse a prefix whose schemas could be taken for those of another one."""
    if prefix.endswith(CANDIDATE):
        raise UsageError(f"schema_prefix: the end {CANDIDATE} is for candidates")
    if len(prefix) > LONGEST_PREFIX:
        raise UsageError(
            f"schema_prefix: {LONGEST_PREFIX} letters at most, for refresh"
        )


def _place(options: argparse.Namespace) -> Place:
    """Return where the target's versions are."""
    folder = options.publish_to.absolute()
    if options.target == "duckdb":
        return FilePlace(PublishFolder(folder), options.memory_limit)
    # The base install has no client for a server.
    try:
        from refreshing.server.place import ServerPlace  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "--target postgres: its client is not installed, see requirements-postgres"
        ) from error
    profile = profile_target(options.target, PROJECT)
    prefix = read_settings(options.vars).schema_prefix
    name = re.sub(r"\W", "_", f"{prefix}{profile['dbname']}")
    return ServerPlace(
        profile, prefix, folder / SERVER_FOLDER / name, options.memory_limit
    )


def _refresh(place: Place, options: argparse.Namespace) -> list[str]:
    settings = RefreshOptions(
        source=options.source,
        vars_text=options.vars,
        accept=options.accept,
        full_refresh=options.full_refresh,
        max_quarantined_share=options.max_quarantined_share,
        keep=options.keep,
        keep_minutes=options.keep_minutes,
    )
    with (
        place.locked() as lock,
        LoadProgress(steps=STEPS, is_watched=sys.stderr.isatty()) as progress,
    ):
        result = Refresh(place, settings, progress).run(lock)
    if options.json:
        return [json.dumps(result.summary())]
    return result_lines(result)


def _answer(options: argparse.Namespace) -> list[str]:
    """Do what was asked for; return the lines to print."""
    place = _place(options)
    if options.source is not None:
        return _refresh(place, options)
    if options.rollback is not None:
        with place.locked():
            place.roll_back(options.rollback)
    versions = place.versions()
    if options.json:
        return [json.dumps([version.summary() for version in versions])]
    return version_lines(versions)


def _stop(number: int, frame: object) -> NoReturn:
    """End like an interrupt, so that the candidate is cleared away."""
    raise KeyboardInterrupt


def _ending(error: BaseException) -> tuple[str, int]:
    """Return one printable sentence and the exit status for what went wrong."""
    status = RefreshError.exit_status
    if isinstance(error, RefreshError | LoadError):
        sentence, status = str(error), error.exit_status
    elif isinstance(error, duckdb.OutOfMemoryException):
        sentence = f"nothing was published: {error}; --memory-limit gives it more"
    elif isinstance(error, KeyboardInterrupt):
        sentence = "interrupted, nothing was published"
    elif isinstance(error, OSError):
        sentence = f"nothing was published: {error.strerror or error}"
    else:
        sentence = f"nothing was published: {str(error).partition(chr(10))[0]}"
    printable = "".join(letter if letter.isprintable() else " " for letter in sentence)
    return " ".join(printable.split()), status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    os.umask(PRIVATE)
    signal.signal(signal.SIGTERM, _stop)
    try:
        options = _parser().parse_args(arguments)
        _check_use(options)
        lines = _answer(options)
    except (RefreshError, LoadError, duckdb.Error, OSError, KeyboardInterrupt) as error:
        sentence, status = _ending(error)
        print(f"refresh.py: {sentence}", file=sys.stderr)
        return status
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
