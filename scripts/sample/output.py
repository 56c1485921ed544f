"""Writes the tables of a source folder, block by block, the same bytes every time."""

import gzip
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np

from sample.arrays import Columns, taken
from sample.calendar_arithmetic import month_label, month_number
from sample.tables import FOLDER, TEXT_FORMATS, Table

MEMORY_LIMIT = "512MB"
# Fixed, so that the bytes do not depend on the machine.
THREADS = 2
COPY_OPTIONS = {
    "csv": "(format csv, header true)",
    "csv.gz": "(format csv, header true)",
    "jsonl": "(format json)",
    "parquet": "(format parquet, compression zstd)",
    FOLDER: "(format parquet, compression zstd)",
}


class SourceFolder:
    """An open source folder; use as a context manager."""

    def __init__(self, folder: Path, formats: dict[str, str]) -> None:
        """Create the folder.

        Args:
            folder: Absent or empty.
            formats: Table name to `csv`, `csv.gz`, `jsonl`, `parquet` or `folder`
                (Parquet files by month and block).

        Raises:
            OSError: The folder cannot be created.

        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._formats = folder, formats
        self._streams: dict[str, BufferedIOBase] = {}
        self._connection = duckdb.connect()
        self._connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        self._connection.execute(f"set threads = {THREADS}")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every file."""
        for stream in self._streams.values():
            stream.close()
        self._connection.close()

    def file_format(self, table: Table) -> str:
        """Return the format of a table's files."""
        return self._formats[table.name]

    def write(self, table: Table, rows: Columns, block: int) -> None:
        """Append the rows of one block.

        Args:
            table: Which table, and the SQL of its columns.
            rows: Arrays of equal length that the SQL reads; in a folder by month also
                `at` (seconds since 1970).
            block: Number of the block; part of the file name in a folder.

        """
        file_format = self.file_format(table)
        path = self._folder / f"{table.name}.{file_format}"
        if file_format in TEXT_FORMATS:
            self._append(table, rows, path)
        elif file_format == FOLDER:
            self._write_months(table, rows, block)
        else:
            self._copy(table, rows, path)

    def _copy(self, table: Table, rows: Columns, path: Path) -> None:
        file_format = self.file_format(table)
        self._connection.register("rows", rows)
        self._connection.execute(
            f"copy ({table.query(file_format)}) to ? {COPY_OPTIONS[file_format]}",
            [str(path)],
        )
        self._connection.unregister("rows")

    def _append(self, table: Table, rows: Columns, path: Path) -> None:
        if not len(rows["bad"]) and path.suffix == ".jsonl":
            return  # a file of 0 bytes is none
        part = self._folder / ".part"
        self._copy(table, rows, part)
        content = part.read_bytes()
        part.unlink()
        if table.name in self._streams and path.suffix != ".jsonl":
            content = content[content.index(b"\n") + 1 :]  # one header a file
        self._stream(table.name, path).write(content)

    def _stream(self, name: str, path: Path) -> BufferedIOBase:
        if name not in self._streams:
            is_compressed = path.suffix == ".gz"
            # No file name and no time inside, so that the bytes are the same.
            self._streams[name] = (
                gzip.GzipFile("", "wb", 6, path.open("wb"), mtime=0)
                if is_compressed
                else path.open("wb")
            )
        return self._streams[name]

    def _write_months(self, table: Table, rows: Columns, block: int) -> None:
        folder = self._folder / table.name
        folder.mkdir(exist_ok=True)
        months = month_number(rows["occurred_at"])
        order = np.argsort(months.astype(np.int16), kind="stable")
        rows, months = taken(rows, order), months[order]
        found, begins = np.unique(months, return_index=True)
        bounds = [*begins.tolist(), len(months)]
        for month, begin, finish in zip(
            found.tolist(), bounds, bounds[1:], strict=False
        ):
            path = folder / f"{month_label(month)}-{block:04d}.parquet"
            part = {name: values[begin:finish] for name, values in rows.items()}
            self._copy(table, part, path)
