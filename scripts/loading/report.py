"""The table that a load prints."""

from rich import box
from rich.table import Table

from loading.results import LoadResult, by_table, reasons_of

COUNTS = ("files", "read", "loaded", "duplicates", "quarantined", "corrected")


def result_table(result: LoadResult) -> Table:
    """Return one line per raw table with its counts; it fits into 80 columns."""
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("table", no_wrap=True)
    for name in COUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    for name, counts in result.table_counts().items():
        table.add_row(name, *(str(counts[column]) for column in COUNTS))
    return table


def reason_lines(result: LoadResult) -> list[str]:
    """Return sentences on forgotten rows, and on quarantined ones of each table."""
    lines = []
    forgotten = sum(file.forgotten for file in result.files)
    if forgotten:
        lines.append(f"rows of people who were forgotten, not loaded: {forgotten}")
    for name, files in by_table(result.files).items():
        reasons = reasons_of(files)
        if reasons:
            listed = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
            lines.append(f"{name} quarantined: {listed}")
    return lines
