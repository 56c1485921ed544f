"""Load, build, check and publish: python scripts/refresh.py SOURCE.

Everything is tried on a candidate; readers see the last good version until the next one
passed every check. Exit status: 0 done, 1 the data or a check failed, 2 wrong use,
3 another run holds the lock.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import duckdb
from loading.arguments import SentenceParser, share, size
from loading.errors import LoadError
from loading.progress import LoadProgress
from refreshing.errors import RefreshError, UsageError
from refreshing.place import Place
from refreshing.report import result_lines, version_lines, warning_lines
from refreshing.run import STEPS, Refresh, RefreshOptions
from refreshing.targets import check_target, place_of

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
        help="of profiles.yml; duckdb (default), postgres or spark",
    )
    add(
        "--publish-to",
        type=Path,
        default=Path("warehouse/published"),
        metavar="DIR",
        help="folder of the published versions (default warehouse/published); where "
        "they are schemas, only dbt's log lies here",
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
    check_target(options.target, options.vars, full_refresh=options.full_refresh)
    asked = [options.source is not None, options.list, options.rollback is not None]
    if sum(asked) != 1:
        raise UsageError("give one of SOURCE, --list and --rollback VERSION")
    if options.source is not None and not options.source.is_dir():
        raise UsageError(f"{options.source}: no such folder")


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
    place = place_of(
        options.target,
        options.publish_to.absolute(),
        options.vars,
        options.memory_limit,
    )
    if options.source is not None:
        return _refresh(place, options)
    warnings: list[str] = []
    if options.rollback is not None:
        with place.locked():
            place.roll_back(options.rollback)
            warnings = place.warnings()
    versions = place.versions()
    if options.json:
        return [json.dumps([version.summary() for version in versions])]
    return [*version_lines(versions), *warning_lines(warnings)]


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
