"""Generate a made-up source folder with a known truth beside it.

python scripts/generate_sample.py OUT --customers N --months M --seed S
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

import duckdb
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sample.generation import generate
from sample.settings import SampleError, Settings

DEFAULT_END = date(2026, 1, 1)
FAILED = 1
WRONG_USE = 2


class OneSentenceParser(argparse.ArgumentParser):
    """A parser whose errors are exceptions with one sentence."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            SampleError: Always.

        """
        raise SampleError(f"{message[:1].upper()}{message[1:]}.")


def day(text: str) -> date:
    """Return a date written YYYY-MM-DD.

    Raises:
        ValueError: It is not one.

    """
    return date.fromisoformat(text)


def read_arguments(arguments: Sequence[str]) -> tuple[Path, Settings]:
    """Return the folder to write and the checked request.

    Args:
        arguments: The command line without the program's name.

    Raises:
        SampleError: An argument is missing, unknown or out of range, or the folder
            is not empty.

    """
    parser = OneSentenceParser(
        prog="generate_sample.py",
        description="Write a made-up source folder, the same bytes every time.",
    )
    parser.add_argument("out", type=Path, help="folder to write; absent or empty")
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--months", type=int, default=36, help="length of the history")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--end",
        type=day,
        default=DEFAULT_END,
        help="first day after the history, YYYY-MM-DD (default %(default)s)",
    )
    parser.add_argument(
        "--activity-per-month",
        type=float,
        default=5.0,
        help="mean activity events of a customer in a month (default %(default)s)",
    )
    given = parser.parse_args(arguments)
    settings = Settings(
        given.customers, given.months, given.seed, given.end, given.activity_per_month
    )
    if given.out.exists() and not given.out.is_dir():
        raise SampleError(f"{given.out} is a file, not a folder.")
    if given.out.exists() and any(given.out.iterdir()):
        raise SampleError(f"{given.out} is not empty.")
    return given.out, settings


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit status: 0 done, 1 failed, 2 wrong use."""
    errors = Console(stderr=True, soft_wrap=True)
    try:
        folder, settings = read_arguments(arguments)
        with Progress(
            console=errors, transient=True, disable=not sys.stderr.isatty()
        ) as progress:
            task = progress.add_task("customers", total=settings.customers)
            rows = generate(settings, folder, lambda done: progress.advance(task, done))
    except SampleError as error:
        errors.print(str(error), markup=False, highlight=False)
        return WRONG_USE
    except (OSError, duckdb.IOException) as error:
        errors.print(f"Not written: {error}.", markup=False, highlight=False)
        return FAILED
    table = Table("table", "rows")
    table.columns[1].justify = "right"
    for name, number in rows.items():
        table.add_row(name, f"{number:,}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
