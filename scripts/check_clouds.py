"""Compile the project for clouds that nobody here can run on, and read what comes out.

python scripts/check_clouds.py [--cloud snowflake] [--cloud bigquery]. Nothing is sent
anywhere: docs/clouds.md says what is checked, and what that proves. Exit status: 0
nothing denied was found, 1 something was or the project does not compile, 2 wrong use.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from clouds.compiled import PROJECT, compile_project
from clouds.errors import CloudError
from clouds.reading import read_project
from clouds.vocabulary import CLOUDS
from loading.arguments import SentenceParser
from loading.errors import UsageError
from rich.console import Console
from rich.table import Table

DBT = PROJECT / ".venv-clouds" / "bin" / "dbt"


def _parser() -> SentenceParser:
    parser = SentenceParser(
        prog="check_clouds.py",
        description="Compile for Snowflake and BigQuery offline; read what comes out.",
    )
    parser.add_argument(
        "--cloud",
        action="append",
        choices=sorted(CLOUDS),
        help="only this one; may be given again (default: all)",
    )
    parser.add_argument(
        "--dbt",
        type=Path,
        default=DBT,
        help="dbt with the adapters (default: that of make environment-clouds)",
    )
    return parser


def _check(names: Sequence[str], dbt: Path) -> int:
    """Compile and read for every cloud; print what was found; return how much."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table("cloud", "statements", "denied")
    denied = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            compiled = compile_project(CLOUDS[name], dbt, Path(folder))
        findings = read_project(compiled, CLOUDS[name])
        denied += len(findings)
        table.add_row(name, f"{len(compiled.statements):,}", f"{len(findings):,}")
        for finding in findings:
            console.print(
                f"{name}, {finding.statement}: {finding.construct} ({finding.reason})",
                markup=False,
            )
    console.print(table)
    console.print("Compiled and read; nothing was executed.")
    return denied


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    try:
        options = _parser().parse_args(arguments)
        return 1 if _check(options.cloud or sorted(CLOUDS), options.dbt) else 0
    except UsageError as error:
        print(f"check_clouds.py: {error}", file=sys.stderr)
        return 2
    except CloudError as error:
        print(f"check_clouds.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
