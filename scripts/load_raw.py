"""Load a source folder into the schema `raw`: python scripts/load_raw.py SOURCE.

Exit status: 0 loaded, 1 the data was refused, 2 wrong use, 3 the warehouse is locked.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from loading.arguments import SentenceParser, share, size
from loading.errors import LoadError, UsageError
from loading.load import LoadOptions, load_folder
from loading.report import reason_lines, result_table
from loading.results import LoadResult
from loading.settings import read_settings
from loading.targets import TARGETS, open_warehouse
from rich.console import Console

TABLE_WIDTH = 80


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="load_raw.py",
        description="Load a source folder into the raw tables, all of it or nothing.",
    )
    parser.add_argument("source", type=Path, help="folder with one file per table")
    parser.add_argument(
        "--target", default="duckdb", help=f"one of {', '.join(TARGETS)}"
    )
    parser.add_argument(
        "--max-quarantined-share",
        type=share,
        default=0.01,
        metavar="SHARE",
        help="refuse the load if more of one table is bad (0 to 1, default 0.01)",
    )
    parser.add_argument(
        "--reporting-currency",
        metavar="CODE",
        help="needs no rate (default: the var of dbt_project.yml, else USD)",
    )
    parser.add_argument(
        "--vars",
        default="",
        metavar="YAML",
        help="vars as for dbt build; loading reads schema_prefix, reporting_currency",
    )
    parser.add_argument(
        "--memory-limit",
        type=size,
        default="1500MB",
        metavar="SIZE",
        help="what DuckDB may use before it spills to disk (default 1500MB)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of a table"
    )
    return parser


def _load(options: argparse.Namespace) -> LoadResult:
    if not options.source.is_dir():
        raise UsageError(f"{options.source}: no such folder")
    settings = read_settings(options.vars, currency=options.reporting_currency)
    load_options = LoadOptions(
        reporting_currency=settings.reporting_currency,
        max_quarantined_share=options.max_quarantined_share,
        is_watched=sys.stderr.isatty(),
    )
    with open_warehouse(
        options.target,
        raw_schema=settings.raw_schema,
        memory_limit=options.memory_limit,
    ) as warehouse:
        return load_folder(warehouse, options.source, load_options)


def _ending(error: BaseException) -> tuple[str, int]:
    """Return one printable sentence and the exit status for what went wrong."""
    status = LoadError.exit_status
    if isinstance(error, LoadError):
        sentence, status = str(error), error.exit_status
    elif isinstance(error, KeyboardInterrupt):
        sentence = "interrupted, nothing was loaded"
    elif isinstance(error, OSError):
        sentence = f"nothing was loaded: {error.strerror or error}"
    else:
        sentence = f"nothing was loaded: {str(error).partition(chr(10))[0]}"
        if isinstance(error, duckdb.OutOfMemoryException):
            sentence += "; --memory-limit allows more"
    printable = (letter if letter.isprintable() else "?" for letter in sentence)
    return "".join(printable), status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    try:
        options = _parser().parse_args(arguments)
        result = _load(options)
    except (LoadError, duckdb.Error, OSError, KeyboardInterrupt) as error:
        sentence, status = _ending(error)
        print(f"load_raw.py: {sentence}", file=sys.stderr)
        return status
    if options.json:
        print(json.dumps(result.summary()))
        return 0
    console = Console(highlight=False, soft_wrap=True)
    if console.width < TABLE_WIDTH:
        console = Console(highlight=False, soft_wrap=True, width=TABLE_WIDTH)
    console.print(f"load {result.load_id}")
    console.print(result_table(result))
    for line in reason_lines(result):
        console.print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
