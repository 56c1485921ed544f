"""The table that a load prints."""

from rich import box
from rich.table import Table

from loading.results import LoadResult

COUNTS = ("files", "read", "loaded", "duplicates", "quarantined", "corrected")


def result_table(result: LoadResult) -> Table:
    """Return one line per raw table with its counts and reasons for quarantine."""
    table = Table(box=box.SIMPLE_HEAD, title=f"load {result.load_id}")
    table.add_column("table", no_wrap=True)
    for name in COUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("reasons", overflow="fold")
    tables = result.summary()["tables"]
    if not isinstance(tables, dict):
        raise TypeError(tables)
    for name, counts in tables.items():
        reasons = ", ".join(
            f"{reason} {count}" for reason, count in counts["reasons"].items()
        )
        table.add_row(name, *(str(counts[column]) for column in COUNTS), reasons)
    return table
