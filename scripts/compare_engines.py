"""Build the same rows on several engines and compare every cell of every mart.

python scripts/compare_engines.py [SOURCE ...]. Exit status: 0 all cells are equal,
1 some differ or a build failed, 2 wrong use.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import generate_sample
import yaml  # type: ignore[import-untyped]
from engines.duckdb_engine import DuckDbEngine
from engines.engine import PROJECT, Engine, Variables
from engines.errors import EngineError
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.side_by_side import EngineReport, build_all
from engines.spark_cluster_engine import SparkClusterEngine
from engines.spark_engine import SparkEngine
from rich.console import Console
from rich.table import Table

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
SAMPLE = ("--customers", "500", "--months", "24", "--seed", "7")
MODELS_ONLY = ("--exclude", "resource_type:test", "resource_type:unit_test")
MakeEngine = Callable[[Path], Engine]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compare_engines.py",
        description="Build the same rows on several engines and compare the marts.",
    )
    parser.add_argument(
        "sources",
        type=Path,
        nargs="*",
        metavar="SOURCE",
        help="source folders (default: a sample, and tests/fixtures/hard_cases)",
    )
    parser.add_argument(
        "--engines",
        default="duckdb,postgres",
        help="comma between them; the first is compared with (default: %(default)s)",
    )
    parser.add_argument("--vars", default="{}", metavar="YAML", help="as for dbt build")
    parser.add_argument(
        "--with-tests", action="store_true", help="run every data and unit test too"
    )
    return parser


def _makers(names: Sequence[str], stack: ExitStack) -> list[MakeEngine]:
    """Return what makes an engine with an empty warehouse, per name; start servers."""
    makers: list[MakeEngine] = []
    for name in names:
        if name == "duckdb":
            makers.append(DuckDbEngine)
        elif name == "postgres":
            server = stack.enter_context(PostgresServer())
            makers.append(partial(PostgresEngine, server=server))
        elif name == "spark":
            makers.append(SparkEngine)
        elif name == "spark_cluster":
            makers.append(SparkClusterEngine)
        else:
            raise EngineError(
                f"--engines: {name} is not known; "
                "duckdb, postgres, spark, spark_cluster are"
            )
    return makers


def _table(source: str, reports: Sequence[EngineReport]) -> Table:
    table = Table(title=source)
    for name in ("engine", "load s", "build s", "marts", "cells", "differing"):
        table.add_column(name, justify="left" if name == "engine" else "right")
    for report in reports:
        took = f"{report.load_seconds:.1f}", f"{report.build_seconds:.1f}"
        found = len(report.marts), report.cells, report.differing
        table.add_row(report.target, *took, *(f"{figure:,}" for figure in found))
    return table


def _compare(
    sources: Sequence[Path], names: Sequence[str], variables: Variables, tests: bool
) -> int:
    """Build and compare every source; print the findings; return differing cells."""
    options = () if tests else MODELS_ONLY
    console = Console(highlight=False)
    differing = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        makers = _makers(names, stack)
        if not sources:
            sample = folder / "sample"
            generate_sample.main([str(sample), *SAMPLE])
            sources = [sample, HARD_CASES]
        for number, source in enumerate(sources):
            engines = [
                make(folder / f"{name}_{number}")
                for make, name in zip(makers, names, strict=True)
            ]
            reports = build_all(engines, source.resolve(), variables, *options)
            console.print(_table(source.name, reports))
            for report in reports:
                differing += report.differing
                for mart in report.marts:
                    for example in mart.examples:
                        console.print(f"{report.target}, {mart.mart}: {example}")
    return differing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    options = _parser().parse_args(arguments)
    try:
        variables = yaml.safe_load(options.vars) or {}
        names = options.engines.split(",")
        return (
            1 if _compare(options.sources, names, variables, options.with_tests) else 0
        )
    except (EngineError, yaml.YAMLError) as error:
        print(f"compare_engines.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
