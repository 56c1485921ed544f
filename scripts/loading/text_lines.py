"""Physical lines of a text file, plain or gzipped, in blocks of bounded size."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from loading.errors import LoadError

BLOCK_BYTES = 4 << 20
# A record longer than this is a bad row, never a full memory.
MAX_RECORD_BYTES = 1 << 20
MAX_RAW_TEXT_CHARACTERS = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIP_MAGIC = b"\x1f\x8b"
FOREIGN_MAGIC = {
    GZIP_MAGIC: "gzip",
    b"PAR1": "Parquet",
    b"PK\x03\x04": "zip",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
}


def line_blocks(path: Path, name: str, *, is_gzip: bool) -> Iterator[list[bytes]]:
    """Yield lists of lines without their line feed; the first has no mark.

    A line above MAX_RECORD_BYTES is cut to one byte more than that.

    Args:
        path: The file.
        name: How the file is called in messages.
        is_gzip: Whether the bytes are gzipped.

    Raises:
        LoadError: Another format, nothing inside, or broken compression.

    """
    _check_magic(path, name, is_gzip=is_gzip)
    try:
        with _open(path, is_gzip=is_gzip) as stream:
            yield from _split(stream, name)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LoadError(f"{name}: bad compression: {error}") from error
    except OSError as error:
        raise LoadError(f"{name}: cannot be read: {error.strerror}") from error


def raw_text(record: bytes) -> str:
    """Return a record as text that any engine can store; bad bytes are escaped."""
    text = record[: 4 * MAX_RAW_TEXT_CHARACTERS].decode("utf-8", "backslashreplace")
    return text.replace("\0", "\\x00")[:MAX_RAW_TEXT_CHARACTERS]


def _open(path: Path, *, is_gzip: bool) -> IO[bytes] | gzip.GzipFile:
    return gzip.open(path, "rb") if is_gzip else path.open("rb")


def _check_magic(path: Path, name: str, *, is_gzip: bool) -> None:
    with path.open("rb") as stream:
        start = stream.read(4)
    if is_gzip and not start.startswith(GZIP_MAGIC):
        raise LoadError(f"{name}: bad compression: not a gzip file")
    if is_gzip:
        return
    for magic, other in FOREIGN_MAGIC.items():
        if start.startswith(magic):
            raise LoadError(f"{name}: not the declared format; it looks like {other}")


def _split(stream: IO[bytes] | gzip.GzipFile, name: str) -> Iterator[list[bytes]]:
    carried = b""
    is_first = True
    has_lines = False
    is_cut = False
    while block := stream.read(BLOCK_BYTES):
        if is_first:
            block = block.removeprefix(BYTE_ORDER_MARK)
            is_first = False
        lines = block.split(b"\n")
        if is_cut:
            if len(lines) == 1:
                continue
            lines[0] = b""  # the rest of a line that was cut
        lines[0] = carried + lines[0]
        carried = lines.pop()
        is_cut = len(carried) > MAX_RECORD_BYTES
        if is_cut:
            carried = carried[: MAX_RECORD_BYTES + 1]
        if lines:
            yield lines
        has_lines = has_lines or bool(lines)
    if not carried and not has_lines:
        raise LoadError(f"{name}: the file is empty (0 bytes inside)")
    if carried:
        yield [carried]
