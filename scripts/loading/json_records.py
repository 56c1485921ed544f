"""JSON lines turned into clean records with line numbers, and bad lines."""

import json
from collections.abc import Iterator
from decimal import Decimal

from loading.contract import RawTable, header_fault
from loading.errors import LoadError
from loading.staged_text import StagedTextWriter
from loading.text_lines import MAX_RECORD_BYTES

# Written out in full up to this many digits; what is longer overflows anyway.
MAX_EXPONENT = 40


class _BadRecordError(Exception):
    """Carries the reason code of a line that is no record."""


class JsonRecordReader:
    """Reads the lines of one JSON lines file, one object each.

    The values become text, numbers digit by digit as the file has them, so that the
    same rules apply as to CSV.
    """

    def __init__(self, table: RawTable, name: str) -> None:
        """Prepare for a table; `name` is how messages call the file."""
        self._table = table
        self._name = name
        self._seen: set[str] = set()
        self._decoder = json.JSONDecoder(
            parse_float=_plain_number,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_object,
        )

    def read(self, blocks: Iterator[list[bytes]], writer: StagedTextWriter) -> None:
        """Write every line to `writer`, good or bad; blank lines are no records.

        Raises:
            LoadError: A line has an unknown key, no line has a required key, or the
                file is no JSON lines at all.

        """
        number = 0
        has_record = has_object = False
        for lines in blocks:
            for line in lines:
                number += 1
                record = line.removesuffix(b"\r")
                if not record.strip():
                    continue
                if number == 1 and record.lstrip().startswith(b"["):
                    raise LoadError(
                        f"{self._name}: not the declared format; it looks like one "
                        "JSON array, not one object a line"
                    )
                has_object = has_object or record.lstrip().startswith(b"{")
                try:
                    values = self._values(record)
                except _BadRecordError as error:
                    writer.reject(number, str(error), record)
                    continue
                has_record = True
                writer.add_fields(number, values, record)
        if writer.rejects and not has_object:
            raise LoadError(
                f"{self._name}: not the declared format; no line is a JSON object"
            )
        missing = [
            name for name in self._table.required_names if name not in self._seen
        ]
        if has_record and missing:
            listed = ", ".join(repr(name) for name in missing)
            keys = "keys" if len(missing) > 1 else "key"
            raise LoadError(
                f"{self._name}: missing required {keys} {listed} in every line"
            )

    def _values(self, record: bytes) -> list[str | None]:
        """Return the values of one line in the contract's order."""
        if len(record) > MAX_RECORD_BYTES:
            raise _BadRecordError("line_too_long")
        if b"\0" in record:
            raise _BadRecordError("nul_byte")
        try:
            found = self._decoder.decode(record.decode())
        except UnicodeDecodeError as error:
            raise _BadRecordError("invalid_utf8") from error
        except (ValueError, RecursionError) as error:
            raise _BadRecordError("unparsable_line") from error
        if not isinstance(found, dict):
            raise _BadRecordError("unparsable_line")
        if not found.keys() <= self._seen:
            fault = header_fault(self._table, list(found))
            if fault and not fault.startswith("missing"):
                raise LoadError(f"{self._name}: {fault}")
            self._seen.update(found)
        return [_text(found.get(name)) for name in self._table.column_names]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _BadRecordError("unparsable_line")  # a key given twice
    return found


def _plain_number(digits: str) -> str:
    """Write a number with an exponent out in full."""
    if "e" not in digits.lower():
        return digits
    number = Decimal(digits)
    return format(number, "f") if abs(number.adjusted()) <= MAX_EXPONENT else digits


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if not isinstance(value, str):
        raise _BadRecordError("wrong_type")  # an object or a list
    if "\0" in value:
        raise _BadRecordError("nul_byte")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _BadRecordError("invalid_utf8") from error
    return value
