"""Records on their way into DuckDB: one clean CSV file per source file.

Each record is `line_number,<the file's columns>,raw_text`. Bad records go into a
second file as `line_number,reason_code,raw_text`. Both are written in one form that
DuckDB's reader cannot misread, and the number of rows is compared afterwards.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from loading.text_lines import MAX_RAW_TEXT_CHARACTERS, MAX_RECORD_BYTES, raw_text

FLUSH_RECORDS = 20_000
# A record, its copy as raw text with doubled quotes, and its number.
MAX_STAGED_BYTES = 5 * MAX_RECORD_BYTES
DIALECT = (
    "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
    "new_line = '\\n', compression = 'none', strict_mode = true, "
    f"max_line_size = {MAX_STAGED_BYTES}, buffer_size = {4 * MAX_STAGED_BYTES}"
)


class StagedTextWriter:
    """Writes the two files of one source file; use it in a `with` block.

    `records` and `rejects` count what was written, `line_sum` adds up the line numbers
    of the records: what DuckDB reads back must agree.
    """

    def __init__(self, records_path: Path, rejects_path: Path) -> None:
        """Open both files, which must not exist yet."""
        self.records_path = records_path
        self.rejects_path = rejects_path
        self.records = 0
        self.rejects = 0
        self.line_sum = 0
        self._records_file = records_path.open("xb")
        self._rejects_file = rejects_path.open("xb")
        self._pending: list[bytes] = []

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is pending and close both files."""
        self._flush()
        self._records_file.close()
        self._rejects_file.close()

    def add_plain(self, number: int, record: bytes) -> None:
        """Add a record without quotes: its text is the raw text."""
        self.line_sum += number
        self._pending.append(b"%d,%s,\n" % (number, record))
        if len(self._pending) >= FLUSH_RECORDS:
            self._flush()

    def add_quoted(self, number: int, record: bytes) -> None:
        """Add a record that is strict CSV, quotes included."""
        self._add(number, record, record)

    def add_fields(
        self, number: int, values: Iterable[str | None], record: bytes
    ) -> None:
        """Add a record by its values, in the order of the file's columns."""
        cells = (b"" if value is None else _quoted(value.encode()) for value in values)
        self._add(number, b",".join(cells), record)

    def reject(self, number: int, reason: str, record: bytes) -> None:
        """Add a bad record, line `number` of its file."""
        text = _quoted(raw_text(record).encode())
        self._rejects_file.write(b"%d,%s,%s\n" % (number, reason.encode(), text))
        self.rejects += 1

    def _add(self, number: int, cells: bytes, record: bytes) -> None:
        # Bytes that make a record have been decoded before; only length is left to do.
        if len(record) > MAX_RAW_TEXT_CHARACTERS:
            record = raw_text(record).encode()
        text = _quoted(record)
        self.line_sum += number
        self._pending.append(b"%d,%s,%s\n" % (number, cells, text))
        if len(self._pending) >= FLUSH_RECORDS:
            self._flush()

    def _flush(self) -> None:
        self._records_file.write(b"".join(self._pending))
        self.records += len(self._pending)
        self._pending.clear()


def staged_relation(names: Iterable[str]) -> str:
    """Return the SQL of a staged file's rows; its path is bound to the `?`.

    Args:
        names: The columns between the line number and the last one.

    """
    columns = ", ".join(
        f"'{name}': 'varchar'" for name in ("line_number", *names, "raw_text")
    )
    return f"read_csv(?, columns = {{{columns}}}, {DIALECT})"


def glob_escaped(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def _quoted(value: bytes) -> bytes:
    return b'"' + value.replace(b'"', b'""') + b'"'
