"""One load: check every file, stage it, decide its rows, publish all at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loading.contract import TABLES, RawTable
from loading.deduplication import (
    KEYS_PER_PASS,
    ROWS_PER_PASS,
    contested_statement,
    outcomes_statement,
)
from loading.errors import LoadError
from loading.forgotten import forgotten_counts, leave_out_forgotten
from loading.history import load_time, unchanged_result
from loading.progress import LoadProgress
from loading.quarantine import drop_known_quarantine, quarantine_rows
from loading.results import FileResult, LoadResult, by_table
from loading.source_files import SourceFile, find_source_files
from loading.staging import StagedFile, stage_file
from loading.warehouse import Warehouse, utc_now

KNOWN_CURRENCIES = "staging.known_currencies"


@dataclass(frozen=True)
class LoadOptions:
    """What the command line says about a load; shares are fractions."""

    reporting_currency: str
    max_quarantined_share: float
    is_watched: bool = False


def load_folder(warehouse: Warehouse, folder: Path, options: LoadOptions) -> LoadResult:
    """Load a source folder into an open warehouse.

    Raises:
        UsageError: The folder does not exist.
        LoadError: A file or the share of bad rows was refused; nothing changed.

    """
    files = find_source_files(folder)
    warehouse.confine(folder)
    started_at = load_time(warehouse)
    load_id = f"{started_at:%Y%m%dT%H%M%S.%f}Z-{secrets.token_hex(2)}"
    _prepare(warehouse, started_at, options)
    results: list[FileResult] = []
    staged_files: dict[int, StagedFile] = {}
    with LoadProgress(steps=len(files) + 2, is_watched=options.is_watched) as progress:
        for table in TABLES:
            of_table = [file for file in files if file.table.name == table.name]
            for file in of_table:
                progress.begin(file.name)
                number = len(results)
                result, staged = _stage(warehouse, file, number, started_at)
                results.append(result)
                if staged is not None:
                    staged_files[number] = staged
                progress.advance()
            leave_out_forgotten(warehouse, table)
            _decide(warehouse, table)
            if table.name == "exchange_rates":
                _note_currencies(warehouse)
        progress.begin("checking")
        for number, staged in staged_files.items():
            quarantine_rows(warehouse, number, results[number], staged)
        _count(warehouse, results)
        _check_shares(warehouse, results, options.max_quarantined_share)
        progress.advance()
        progress.begin("writing")
        warehouse.publish(load_id, started_at, folder.resolve().name, results)
        progress.advance()
    return LoadResult(load_id, results)


def _prepare(warehouse: Warehouse, started_at: datetime, options: LoadOptions) -> None:
    warehouse.connection.execute(
        "create table staging.settings as select cast(? as timestamp) as loaded_at, "
        "cast(? as varchar) as reporting_currency",
        [started_at, options.reporting_currency],
    )


def _note_currencies(warehouse: Warehouse) -> None:
    """Write down which currencies have a rate, here or from an earlier load."""
    warehouse.connection.execute(
        f"create table {KNOWN_CURRENCIES} as "
        "select reporting_currency as currency from staging.settings union "
        f"select currency from {warehouse.stored_relation('exchange_rates')} union "
        "select currency from staging.exchange_rates where fault_code is null"
    )


def _stage(
    warehouse: Warehouse, file: SourceFile, number: int, started_at: datetime
) -> tuple[FileResult, StagedFile | None]:
    """Stage one file, or nothing if its bytes were loaded before."""
    result = FileResult(file, "", started_at=utc_now())
    before = file.size_and_time()
    result.sha256 = file.sha256()
    unchanged = unchanged_result(warehouse, result)
    if unchanged is not None:
        return unchanged, None
    staged = stage_file(
        warehouse,
        file,
        number,
        known_currencies=KNOWN_CURRENCIES,
        latest=started_at + timedelta(days=1),
    )
    if file.size_and_time() != before:
        raise LoadError(f"{file.name}: the file changed while it was read")
    result.read = staged.rows_read
    result.finished_at = utc_now()
    return result, staged


def _decide(warehouse: Warehouse, table: RawTable) -> None:
    """Find duplicates, corrections and conflicts among the staged rows."""
    counted = warehouse.connection.execute(
        f"select count(*) from staging.{table.name}"
    ).fetchone()
    rows = counted[0] if counted else 0
    stored = warehouse.stored_relation(table.name)
    run = warehouse.connection.execute
    run("delete from staging.contested")
    passes = -(-rows // ROWS_PER_PASS)
    for number in range(passes):
        run(contested_statement(table, stored, passes=passes, number=number))
    counted = run("select count(*) from staging.contested").fetchone()
    passes = -(-counted[0] // KEYS_PER_PASS) if counted else 0
    for number in range(passes):
        run(outcomes_statement(table, stored, passes=passes, number=number))


def _count(warehouse: Warehouse, results: list[FileResult]) -> None:
    """Fill the results with what was staged and decided."""
    drop_known_quarantine(warehouse, results)
    for number, count in forgotten_counts(warehouse):
        results[number].forgotten = count
    run = warehouse.connection.execute
    for number, outcome, count in run(
        "select file_number, outcome, count(*) from staging.outcomes group by all"
    ).fetchall():
        if outcome == "duplicate":
            results[number].duplicates += count
        elif outcome == "corrected":
            results[number].corrected += count
    for number, reason, count in run(
        "select file_number, reason_code, count(*) from staging.quarantine "
        "group by all order by all"
    ).fetchall():
        results[number].reasons[reason] = count
    for table in TABLES:
        if table.occurred_at is None:
            continue
        for number, first, last in run(
            f"select file_number, min({table.occurred_at}), max({table.occurred_at}) "
            f"from staging.{table.name} where fault_code is null group by all"
        ).fetchall():
            results[number].first_occurred_at = first
            results[number].last_occurred_at = last


def _check_shares(
    warehouse: Warehouse, results: list[FileResult], allowed: float
) -> None:
    """Refuse the load if one table has too many bad rows.

    Raises:
        LoadError: The share of a table is above `allowed`.

    """
    for table_name, files in by_table(results).items():
        read = sum(file.read for file in files)
        bad = sum(file.quarantined for file in files)
        if bad <= allowed * read:
            continue
        worst = max(files, key=lambda file: file.quarantined)
        example = warehouse.connection.execute(
            "select line_number, reason_code from staging.quarantine "
            "where table_name = ? and file_name = ? order by line_number limit 1",
            [table_name, worst.file.name],
        ).fetchone()
        line, reason = example or (0, "")
        raise LoadError(
            f"{worst.file.name}: {bad} of {read} rows of {table_name} are bad "
            f"({bad / read:.2%}), more than --max-quarantined-share {allowed:g}; "
            f"the first is line {line}, {reason}"
        )
