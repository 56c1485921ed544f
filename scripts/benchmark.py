"""Measure the project: python scripts/benchmark.py --customers N --months M.

Each step runs in a process of its own; CPU-seconds and peak memory are those of the
whole process. Exit status: 0 measured, 1 two results differ or a step failed, 2 wrong
use. A goal that is not met is told, and is no failure.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarking.errors import BenchmarkError
from benchmarking.report import as_json, check_table, goal_table, part_table
from benchmarking.results import Part
from benchmarking.workbench import Workbench
from loading.arguments import SentenceParser
from loading.errors import UsageError
from rich.console import Console

# Name of each part and its module.
PARTS = {
    "build": "build",
    "growth": "growth",
    "daily": "daily",
    "mrr": "mrr",
    "n_day": "n_day",
    "purchases": "purchases",
    "fixed": "fixed_cost",
}
TABLE_WIDTH = 110
FAILED = 1


def parts_of(text: str) -> list[str]:
    """Return the names of parts in a list with commas.

    Raises:
        ValueError: One is not known.

    """
    names = text.split(",")
    if not set(names) <= set(PARTS):
        raise ValueError(text)
    return names


def positive(text: str) -> int:
    """Return a whole number of 1 or more."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="benchmark.py", description="Measure the project on made-up data."
    )
    parser.add_argument("--customers", type=positive, default=100_000)
    parser.add_argument("--months", type=positive, default=36)
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("warehouse/benchmark"),
        help="folder for data and builds; data are used again (default %(default)s)",
    )
    parser.add_argument(
        "--parts",
        type=parts_of,
        default=list(PARTS),
        metavar="NAME,...",
        help=f"which of {', '.join(PARTS)} (default: all)",
    )
    parser.add_argument(
        "--repeats",
        type=positive,
        default=3,
        help="runs of each step but a full build; the median counts",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it all there")
    return parser


def _measure(options: argparse.Namespace, console: Console) -> list[Part]:
    told = Console(stderr=True)

    def tell(step: str) -> None:
        if sys.stderr.isatty():
            told.print(f"{step} ...", style="dim")

    bench = Workbench(
        options.work.resolve(), options.customers, options.months, options.repeats, tell
    )
    parts = []
    try:
        for name in options.parts:
            module = importlib.import_module(f"benchmarking.parts.{PARTS[name]}")
            parts.append(module.run(bench))
            console.print(part_table(parts[-1]))
    finally:
        bench.close()
    return parts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    console = Console(highlight=False)
    if console.width < TABLE_WIDTH:
        console = Console(highlight=False, width=TABLE_WIDTH)
    try:
        options = _parser().parse_args(arguments)
        parts = _measure(options, console)
        if options.json is not None:
            given = {"customers": options.customers, "months": options.months}
            given |= {"parts": options.parts, "repeats": options.repeats}
            found = json.dumps(as_json(parts, given), indent=2)
            options.json.write_text(f"{found}\n", encoding="utf-8")
    except UsageError as error:
        print(f"benchmark.py: {error}", file=sys.stderr)
        return error.exit_status
    except (BenchmarkError, OSError, KeyboardInterrupt) as error:
        said = str(error) or "interrupted"
        print(f"benchmark.py: {said}", file=sys.stderr)
        return FAILED
    checks = [check for part in parts for check in part.checks]
    if checks:
        console.print(check_table(parts))
    if any(part.goals for part in parts):
        console.print(goal_table(parts))
    return FAILED if any(check.differing for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
