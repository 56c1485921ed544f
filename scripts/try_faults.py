"""Break the models on purpose and see whether the project's own tests notice.

Each fault of `faults/catalogue.py` is put into a copy of the project, which is then
built with every unit and data test on a small sample, and compared with the second
opinion.
"""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from faults.catalogue import FAULTS
from faults.trial import TrialError, copy_project, notice, prepare_raw
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


def run(
    only: Annotated[
        int, typer.Option(min=0, help="Only the first so many faults; 0: all.")
    ] = 0,
    customers: Annotated[int, typer.Option(min=50, help="Size of the sample.")] = 300,
    unnoticed: Annotated[
        int, typer.Option(min=0, help="How many faults may stay unnoticed.")
    ] = 1,
) -> None:
    """Try the faults, one after the other, and print who noticed."""
    console = Console()
    faults = FAULTS[:only] if only else FAULTS
    table = Table("fault", "noticed by", "and")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        try:
            raw = prepare_raw(sys.executable, ROOT, work, customers)
            copy_project(ROOT, work / "sound", None)
            found = notice(ROOT, work / "sound", raw)
            if found:
                raise TrialError(f"the sound project fails already: {found[0]}")
            for fault in faults:
                copy_project(ROOT, work / "faulty", fault)
                found = notice(ROOT, work / "faulty", raw)
                missed += not found
                others = f"{len(found) - 1} more" if len(found) > 1 else ""
                table.add_row(fault.name, found[0] if found else "NOBODY", others)
        except TrialError as error:
            print(f"try_faults: {error}", file=sys.stderr)
            raise typer.Exit(1) from error
    console.print(table)
    console.print(f"faults {len(faults)}, noticed {len(faults) - missed}")
    raise typer.Exit(1 if missed > unnoticed else 0)


if __name__ == "__main__":
    typer.run(run)
