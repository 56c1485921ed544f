"""Bad rows with their raw text, put aside once."""

from loading.contract import RawTable
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
    known = f"{_customer(table)} as customer_id, {_instant(table)} as occurred_at"
    faulty = (
        f"select line_number, fault_code, {known} from staging.{table.name} "
        f"where file_number = {number} and fault_code is not null union all "
        f"select line_number, 'conflicting_duplicate', {known} "
        f"from staging.{table.name} semi join (select * from staging.outcomes "
        f"where table_name = '{table.name}' and file_number = {number} "
        "and outcome = 'conflict') using (file_number, line_number)"
    )
    if connection.execute(f"select 1 from ({faulty}) limit 1").fetchone() is None:
        return
    connection.execute(
        "insert into staging.quarantine "
        "select ?, ?, ?, faulty.line_number, faulty.fault_code, "
        "left(replace(text_rows.raw_text, chr(0), '\\x00'), "
        f"{MAX_RAW_TEXT_CHARACTERS}), faulty.customer_id, faulty.occurred_at "
        f"from ({faulty}) as faulty "
        f"join ({staged.text_query}) as text_rows using (line_number)",
        [number, table.name, result.file.name, staged.path],
    )


def _customer(table: RawTable) -> str:
    """Return SQL for the customer of a bad row, null where it is not readable."""
    if "customer_id" not in table.column_names:
        return "cast(null as varchar)"
    return "case when not contains(customer_id, chr(0)) then customer_id end"


def _instant(table: RawTable) -> str:
    """Return SQL for the time of a bad row, null where no engine could store it."""
    if table.occurred_at is None:
        return "cast(null as timestamp)"
    first, last = "timestamp '0001-01-01'", "timestamp '9999-12-31'"
    return (
        f"case when {table.occurred_at} between {first} and {last} "
        f"then {table.occurred_at} end"
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
