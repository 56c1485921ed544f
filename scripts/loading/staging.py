"""One source file, checked and typed, into the staging database."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import duckdb

from loading.classification import classification_query, text_query
from loading.contract import RawTable
from loading.csv_records import CsvRecordReader, read_header
from loading.errors import LoadError
from loading.fault_rules import future_columns
from loading.file_columns import FileColumns
from loading.json_records import JsonRecordReader
from loading.parquet_columns import open_parquet
from loading.source_files import SourceFile
from loading.staged_text import StagedTextWriter, glob_escaped, staged_relation
from loading.text_lines import line_blocks
from loading.warehouse import Warehouse


@dataclass(frozen=True)
class StagedFile:
    """A file that is in the staging database.

    `text_query` gives its rows as text once more; its `?` is bound to `path`.
    """

    rows_read: int
    text_query: str
    path: str


def stage_file(
    warehouse: Warehouse,
    file: SourceFile,
    number: int,
    *,
    known_currencies: str,
    latest: datetime,
) -> StagedFile:
    """Type the rows of one file into `staging.<table>`, with their reason codes.

    Lines that are no records at all go into quarantine at once.

    Args:
        warehouse: Open, with an empty place for file `number`.
        file: What to read.
        number: Position of the file in this load.
        known_currencies: Relation with the currencies that have a rate.
        latest: Events after this instant are in the future.

    Raises:
        LoadError: The file as a whole was refused.

    """
    connection = warehouse.connection
    if file.format == "parquet":
        parquet = open_parquet(connection, file.path, file.table, file.name)
        columns = FileColumns(parquet.types, is_parquet=True)
        path, records, rejects = parquet.path, parquet.rows, 0
        line_sum = records * (records + 1) // 2
    else:
        columns, writer = _stage_text(warehouse, file, number)
        path, records = glob_escaped(writer.records_path), writer.records
        rejects, line_sum = writer.rejects, writer.line_sum
        _quarantine_rejects(connection, file, number, writer)
    query = classification_query(file.table, columns, known_currencies=known_currencies)
    future = [latest] * len(future_columns(file.table))
    try:
        _insert(connection, file.table, number, query, [path, *future])
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        if "No space left" in first:
            raise
        reason = first.replace(path, file.name)
        raise LoadError(f"{file.name}: not the declared format: {reason}") from error
    _check_count(connection, file, number, (records, line_sum))
    return StagedFile(records + rejects, text_query(file.table, columns), path)


def _stage_text(
    warehouse: Warehouse, file: SourceFile, number: int
) -> tuple[FileColumns, StagedTextWriter]:
    """Cut a text file into clean records beside the warehouse."""
    folder = warehouse.work_folder
    blocks = line_blocks(file.path, file.name, is_gzip=file.format == "csv.gz")
    with StagedTextWriter(
        folder / f"{number}.records", folder / f"{number}.rejects"
    ) as writer:
        if file.format == "jsonl":
            names = list(file.table.column_names)
            JsonRecordReader(file.table, file.name).read(blocks, writer)
        else:
            first = next(blocks)
            names = read_header(first, file.table, file.name)
            CsvRecordReader(file.table, names).read(chain([first[1:]], blocks), writer)
    return FileColumns(dict.fromkeys(names, "VARCHAR")), writer


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    number: int,
    query: str,
    values: list[object],
) -> None:
    names = ", ".join(table.column_names)
    connection.execute(
        f"insert into staging.{table.name} "
        f"select {number}, line_number, {names}, fault_code from ({query})",
        values,
    )


def _check_count(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    number: int,
    expected: tuple[int, int],
) -> None:
    """Compare what the reader delivered with what the file holds: rows, line sum."""
    counted = connection.execute(
        "select count(*), coalesce(sum(line_number), 0) "
        f"from staging.{file.table.name} where file_number = ?",
        [number],
    ).fetchone()
    if counted != expected:
        raise LoadError(
            f"{file.name}: {expected[0]} records were found but "
            f"{counted[0] if counted else 0} were read back"
        )


def _quarantine_rejects(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    number: int,
    writer: StagedTextWriter,
) -> None:
    if not writer.rejects:
        return
    connection.execute(
        "insert into staging.quarantine select ?, ?, ?, cast(line_number as bigint), "
        f"reason_code, raw_text, null, null from {staged_relation(['reason_code'])}",
        [number, file.table.name, file.name, glob_escaped(writer.rejects_path)],
    )
