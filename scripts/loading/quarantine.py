"""Bad rows with their raw text, put aside once."""

from loading.results import FileResult
from loading.staging import StagedFile
from loading.text_lines import MAX_RAW_TEXT_CHARACTERS
from loading.warehouse import Warehouse


def quarantine_rows(
    warehouse: Warehouse,
    number: int,
    result: FileResult,
    staged: StagedFile,
) -> None:
    """Copy the faulty and conflicting rows of one file with their raw text.

    Args:
        warehouse: Open; the table's outcomes are decided.
        number: Position of the file in this load.
        result: The file.
        staged: How to read its rows as text.

    """
    connection = warehouse.connection
    table = result.file.table
    faulty = (
        f"select line_number, fault_code from staging.{table.name} "
        f"where file_number = {number} and fault_code is not null union all "
        "select line_number, 'conflicting_duplicate' from staging.outcomes "
        f"where table_name = '{table.name}' and file_number = {number} "
        "and outcome = 'conflict'"
    )
    if connection.execute(f"select 1 from ({faulty}) limit 1").fetchone() is None:
        return
    connection.execute(
        "insert into staging.quarantine "
        "select ?, ?, ?, faulty.line_number, faulty.fault_code, "
        "left(replace(text_rows.raw_text, chr(0), '\\x00'), "
        f"{MAX_RAW_TEXT_CHARACTERS}) "
        f"from ({faulty}) as faulty "
        f"join ({staged.text_query}) as text_rows using (line_number)",
        [number, table.name, result.file.name, staged.path],
    )


def drop_known_quarantine(warehouse: Warehouse, results: list[FileResult]) -> None:
    """Count rows that the same file put aside before as duplicates.

    A file is read again when a reason for quarantine may have passed; the rows that
    are still bad are in quarantine already.
    """
    run = warehouse.connection.execute
    run(
        "create table staging.hashes (file_number integer, table_name varchar, "
        "file_sha256 varchar)"
    )
    for number, result in enumerate(results):
        run(
            "insert into staging.hashes values (?, ?, ?)",
            [number, result.file.table.name, result.sha256],
        )
    dropped = run(
        "delete from staging.quarantine as fresh using ("
        "select distinct hashes.file_number, known.line_number, known.reason_code "
        f"from {warehouse.stored_relation('quarantine')} as known "
        f"join {warehouse.stored_relation('load_files')} as load_files "
        "using (load_id, table_name, file_name) "
        "join staging.hashes as hashes using (table_name, file_sha256)) as known "
        "where fresh.file_number = known.file_number "
        "and fresh.line_number = known.line_number "
        "and fresh.reason_code = known.reason_code "
        "returning fresh.file_number"
    ).fetchall()
    for (number,) in dropped:
        results[number].duplicates += 1
