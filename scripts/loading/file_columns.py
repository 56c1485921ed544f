"""What is known about the columns of one source file."""

from dataclasses import dataclass

from loading.contract import Column

NATIVE_TIMES = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "DATE")


@dataclass(frozen=True)
class FileColumns:
    """Where the rows of one file come from.

    `types` maps the file's columns, in its order, to DuckDB types; for text files
    all are VARCHAR. `is_parquet` says which reader its path is bound to.
    """

    types: dict[str, str]
    is_parquet: bool = False

    def is_native(self, column: Column) -> bool:
        """Tell whether a timestamp column needs no way through text."""
        return (
            self.is_parquet
            and column.kind == "timestamp"
            and self.types.get(column.name) in NATIVE_TIMES
        )
