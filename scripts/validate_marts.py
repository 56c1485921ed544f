"""Recompute the marts from raw rows in another way, and compare cell by cell."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table
from second_opinion.benchmarks import read_benchmarks
from second_opinion.comparison import Comparison
from second_opinion.errors import SecondOpinionError, UsageError
from second_opinion.judging import judge
from second_opinion.mart_keys import CUSTOMER_MARTS, KEYS
from second_opinion.policies import (
    Policies,
    default_as_of_date,
    given_as_of_date,
    policies_from_vars,
)
from second_opinion.raw_rows import RawData, current_rows
from second_opinion.reading import connect, read_churn_kinds, read_raw
from second_opinion.recompute import recompute, recompute_customer_level
from second_opinion.sampling import sample_customers
from second_opinion.variables import Variables, given_variables, project_variables

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_DATABASE = PROJECT / "warehouse" / "dev.duckdb"
SHOWN_DIFFERENCES = 20
OK, DIFFERENT, WRONG_USE = 0, 1, 2

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def read_policies(raw: RawData, variables: Variables, now: datetime) -> Policies:
    """Return the policies of the build that the marts come from.

    Args:
        raw: The rows that are read (newest versions).
        variables: Vars of the project, overridden by those given.
        now: Start of this run, naive UTC; only caps the default `as_of_date`.

    Raises:
        UsageError: A var cannot be read.

    """
    as_of_date = given_as_of_date(variables)
    if as_of_date is None:
        timezone = str(variables.get("reporting_timezone") or "UTC")
        as_of_date = default_as_of_date(raw, timezone, now)
    seeds = read_churn_kinds(PROJECT), read_benchmarks(PROJECT)
    return policies_from_vars(variables, as_of_date, *seeds)


def chosen_marts(only: list[str], is_sample: bool) -> list[str]:
    """Return the marts to compare, in order.

    Raises:
        UsageError: A mart in `only` is not recomputed.

    """
    unknown = [name for name in only if name not in KEYS]
    if unknown:
        known = ", ".join(KEYS)
        raise UsageError(f"--only {unknown[0]}: known marts are {known}")
    possible = CUSTOMER_MARTS if is_sample else tuple(KEYS)
    return [name for name in possible if not only or name in only]


def validate(
    connection: duckdb.DuckDBPyConnection,
    variables: Variables,
    marts: list[str],
    sample: tuple[int, int] | None,
) -> tuple[Policies, list[Comparison]]:
    """Recompute and compare marts.

    Args:
        connection: The database with `raw` and `marts`.
        variables: All vars of the build.
        marts: Names of the marts to compare.
        sample: Number of customers and seed, or None for everybody.

    Raises:
        SecondOpinionError: Raw rows or vars cannot be read.

    """
    prefix = str(variables.get("schema_prefix") or "")
    raw = current_rows(read_raw(connection, f"{prefix}raw"))
    policies = read_policies(raw, variables, datetime.now(UTC).replace(tzinfo=None))
    drawn = None
    if sample is not None:
        raw, drawn = sample_customers(raw, *sample)
    recomputed = (
        recompute(raw, policies)
        if drawn is None
        else recompute_customer_level(raw, policies)
    )
    comparisons = [
        judge(
            connection,
            f"{prefix}marts",
            mart,
            recomputed.get(mart, []),
            customers=drawn,
        )
        for mart in marts
    ]
    return policies, comparisons


def show(console: Console, comparisons: list[Comparison]) -> None:
    """Print the table of marts and the first differing cells."""
    table = Table("mart", "rows", "cells", "differing", "note")
    for one in comparisons:
        figures = (f"{one.rows:,}", f"{one.cells:,}", f"{one.differing:,}")
        table.add_row(one.mart, *figures, one.note)
    console.print(table)
    shown = [cell for one in comparisons for cell in one.differences]
    for cell in shown[:SHOWN_DIFFERENCES]:
        where = f"{cell.mart} ({', '.join(cell.key)}) {cell.column}"
        text = f"{where}: expected {cell.expected}, found {cell.found}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if len(shown) > SHOWN_DIFFERENCES:
        console.print(f"and {len(shown) - SHOWN_DIFFERENCES:,} more")


@app.command()
def validate_marts(
    *,
    variables: Annotated[
        str, typer.Option("--vars", help="Vars of the build, as given to dbt.")
    ] = "",
    customers: Annotated[
        int, typer.Option(min=0, help="Only a sample of so many customers; 0: all.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 1,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this mart, and those after it.")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(metavar="[MART]...")] = None,
    target: Annotated[str, typer.Option(help="Engine; only duckdb for now.")] = (
        "duckdb"
    ),
) -> None:
    """Recompute the marts from raw rows and compare every cell."""
    if target != "duckdb":
        raise UsageError(f"--target {target}: only duckdb can be read so far")
    database = Path(os.environ.get("DBT_DUCKDB_PATH") or DEFAULT_DATABASE)
    every = project_variables(PROJECT) | given_variables(variables)
    marts = chosen_marts([*(only or []), *(more or [])], customers > 0)
    console = Console(width=None if sys.stdout.isatty() else 120)
    with connect(database) as connection, console.status("replaying raw events"):
        sample = (customers, seed) if customers else None
        policies, comparisons = validate(connection, every, marts, sample)
    console.print(f"{database}, as of {policies.as_of_date}", soft_wrap=True)
    show(console, comparisons)
    cells = sum(one.cells for one in comparisons)
    differing = sum(one.differing for one in comparisons)
    console.print(f"marts {len(comparisons)}, cells {cells}, differing {differing}")
    raise typer.Exit(DIFFERENT if differing else OK)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status (see the interface)."""
    try:
        status = app(args=arguments, standalone_mode=False)
    except SecondOpinionError as error:
        sys.stderr.write(f"validate_marts: {error}\n")
        return WRONG_USE if isinstance(error, UsageError) else DIFFERENT
    except typer.BadParameter as error:
        sys.stderr.write(f"validate_marts: {error.format_message()}\n")
        return WRONG_USE
    except typer.TyperException as error:
        sys.stderr.write(f"validate_marts: {error}\n")
        return WRONG_USE
    return status if isinstance(status, int) else OK


if __name__ == "__main__":
    sys.exit(main())
