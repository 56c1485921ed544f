"""CSV files turned into clean records with line numbers, and bad lines.

DuckDB's reader gives no line numbers, counts one bad line several times and lets a
stray quote swallow lines, so records are cut here and typed later, in SQL.
"""

import re
from collections.abc import Iterator

from loading.contract import RawTable, header_fault
from loading.errors import LoadError
from loading.staged_text import StagedTextWriter
from loading.text_lines import MAX_RECORD_BYTES

STRICT_FIELD = rb'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
# A quote inside of an unquoted field is data; only one at its start opens a quote.
LOOSE_FIELD = rb'(?:"(?:[^"]++|"")*+"|(?:[^",\r\n][^,\r\n]*+)?)'
FIELD = re.compile(LOOSE_FIELD)
HEADER = re.compile(STRICT_FIELD + b"(?:," + STRICT_FIELD + b")*+")
DATE_START = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_header(lines: list[bytes], table: RawTable, name: str) -> list[str]:
    """Return the column names of the first line.

    Raises:
        LoadError: The line is no header of this table.

    """
    line = lines[0].removesuffix(b"\r")
    if line.startswith(b'{"'):
        raise LoadError(f"{name}: not the declared format; it looks like JSON lines")
    if _byte_fault(line) or not HEADER.fullmatch(line):
        raise LoadError(f"{name}: the header is not UTF-8 CSV")
    names = _fields(line)
    if not any(names):
        raise LoadError(f"{name}: the header is missing, the first line is empty")
    if fault := header_fault(table, names):
        foreign = [mark for mark in ";\t|" if mark in names[0]]
        hint = f"; commas are needed, not {foreign[0]!r}" if foreign else ""
        raise LoadError(f"{name}: {fault}{hint}")
    return names


class CsvRecordReader:
    """Cuts the lines of one CSV file into records.

    A record is a line, or several while a quoted field is open. If one of these
    lines is a whole record by itself, the quote is taken for a stray one: its line
    is unparsable and reading goes on behind it.
    """

    def __init__(self, table: RawTable, names: list[str]) -> None:
        """Prepare for a table and the names in the header's order."""
        self._table = table
        self._names = names
        more = b"{%d}" % (len(names) - 1)
        self._strict = re.compile(STRICT_FIELD + b"(?:," + STRICT_FIELD + b")" + more)
        self._loose = re.compile(LOOSE_FIELD + b"(?:," + LOOSE_FIELD + b")" + more)
        self._blocks: Iterator[list[bytes]] = iter(())
        self._lines: list[bytes] = []

    def read(self, blocks: Iterator[list[bytes]], writer: StagedTextWriter) -> None:
        """Write every record behind the header to `writer`, good or bad.

        Args:
            blocks: Lists of lines, the first one behind the header.
            writer: Takes the records; closed by the caller.

        """
        self._blocks = blocks
        number = 2
        commas = len(self._names) - 1
        for lines in self._blocks:
            self._lines = lines
            block = b"\n".join(lines)
            clean_lines = len(lines) if _is_clean(lines, block) else 0
            if clean_lines and b'"' not in block:
                for line in lines:
                    if line.count(b",") == commas and line not in (b"", b"\r"):
                        writer.add_plain(number, line.removesuffix(b"\r"))
                    else:
                        self._read_record(0, number, writer, [line])
                    number += 1
                continue
            position = 0
            while position < len(self._lines):
                line = self._lines[position].removesuffix(b"\r")
                # Lines behind the clean ones were added while a field was open.
                is_clean = position < clean_lines and line != b""
                if is_clean and self._strict.fullmatch(line):
                    writer.add_quoted(number, line)
                    used = 1
                else:
                    used = self._read_record(position, number, writer, self._lines)
                position += used
                number += used

    def _read_record(
        self, position: int, number: int, writer: StagedTextWriter, lines: list[bytes]
    ) -> int:
        """Write the record that starts at `lines[position]`; return its lines."""
        line = lines[position].removesuffix(b"\r")
        if not line:
            return 1
        record, used = line, 1
        if b'"' in line and not self._loose.fullmatch(line):
            record, used = self._join(position, line)
        reason = _byte_fault(record)
        if reason is None and not self._loose.fullmatch(record):
            reason = "unparsable_line"
        if reason is not None:
            writer.reject(number, reason, record)
        elif b'"' not in record:
            writer.add_plain(number, record)
        elif self._strict.fullmatch(record):
            writer.add_quoted(number, record)
        else:
            writer.add_fields(number, _fields(record), record)
        return used

    def _join(self, position: int, line: bytes) -> tuple[bytes, int]:
        """Add the lines of an open quoted field, if they belong to it.

        Returns the whole record and its number of lines, or the line alone.
        """
        if not _has_open_quote(line):
            return line, 1
        parts = [self._lines[position]]
        size = len(parts[0])
        while True:
            following = self._line(position + len(parts))
            if following is None or self._is_record(following):
                return line, 1
            parts.append(following)
            size += len(following) + 1
            if size > MAX_RECORD_BYTES:
                return line, 1
            if b'"' not in following:
                continue
            record = b"\n".join(parts).removesuffix(b"\r")
            if self._loose.fullmatch(record):
                return record, len(parts)
            if not _has_open_quote(record):
                return line, 1

    def _line(self, position: int) -> bytes | None:
        """Return a line, fetching the next block when this one is used up."""
        while position >= len(self._lines):
            block = next(self._blocks, None)
            if block is None:
                return None
            self._lines.extend(block)
        return self._lines[position]

    def _is_record(self, line: bytes) -> bool:
        """Tell whether a line is, by itself, a plausible record of this table."""
        stripped = line.removesuffix(b"\r")
        if not self._strict.fullmatch(stripped):
            return False
        fields = _fields(stripped)
        for column in self._table.columns:
            if column.name not in self._names:
                continue
            value = fields[self._names.index(column.name)]
            allowed = self._table.values.get(column.name)
            is_time = column.kind in {"timestamp", "date"}
            if not value and column.required:
                return False
            if value and allowed and value not in allowed:
                return False
            if value and is_time and not DATE_START.match(value):
                return False
        return True


def _is_clean(lines: list[bytes], block: bytes) -> bool:
    """Tell whether no line needs a closer look: no NULs, bad bytes or stray returns.

    Args:
        lines: Physical lines.
        block: The same, joined.

    """
    if not lines or b"\0" in block:
        return False
    if b"\r" in block and block.count(b"\r") != sum(
        1 for line in lines if line.endswith(b"\r")
    ):
        return False
    if max(map(len, lines)) > MAX_RECORD_BYTES:
        return False
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _byte_fault(record: bytes) -> str | None:
    if len(record) > MAX_RECORD_BYTES:
        return "line_too_long"
    if b"\0" in record:
        return "nul_byte"
    try:
        record.decode()
    except UnicodeDecodeError:
        return "invalid_utf8"
    return None


def _has_open_quote(record: bytes) -> bool:
    """Tell whether a quoted field of the record is still open at its end."""
    position, size = 0, len(record)
    while position < size:
        if record[position : position + 1] != b'"':
            comma = record.find(b",", position)
            if comma < 0:
                return False
            position = comma + 1
            continue
        end = record.find(b'"', position + 1)
        while end >= 0 and record[end + 1 : end + 2] == b'"':
            end = record.find(b'"', end + 2)
        if end < 0:
            return True
        if record[end + 1 : end + 2] not in (b",", b""):
            return False  # text behind a closing quote: not a record at all
        position = end + 2
    return False


def _fields(record: bytes) -> list[str]:
    """Split a well-formed record into its values; bad bytes are escaped."""
    values = []
    position = 0
    while True:
        match = FIELD.match(record, position)
        field = match.group() if match else b""
        if field.startswith(b'"'):
            field = field[1:-1].replace(b'""', b'"')
        values.append(field.decode("utf-8", "backslashreplace"))
        position = (match.end() if match else position) + 1
        if position > len(record):
            return values
