"""Native Parquet columns as the text that the classification reads."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from loading.contract import RawTable, header_fault
from loading.errors import LoadError
from loading.staged_text import glob_escaped

TEXT_TYPES = re.compile(
    r"VARCHAR|UUID|BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|ENUM\(.*|"
    r'"NULL"|DECIMAL\(\d+,\d+\)|DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE',
    re.DOTALL,
)
FLOAT_TYPES = ("FLOAT", "DOUBLE")
# Up to here a float holds every whole number.
LARGEST_WHOLE = 9_007_199_254_740_992


@dataclass(frozen=True)
class ParquetFile:
    """One readable Parquet file: bound path, columns with DuckDB types, rows."""

    path: str
    types: dict[str, str]
    rows: int


def open_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, table: RawTable, name: str
) -> ParquetFile:
    """Read the footer of a Parquet file and check its columns.

    Raises:
        LoadError: No Parquet, unknown or missing columns, or a type without text.

    """
    bound = glob_escaped(path)
    try:
        described = connection.execute(
            "select column_name, column_type from (describe select * from "
            "read_parquet(?, hive_partitioning = false))",
            [bound],
        ).fetchall()
        counted = connection.execute(
            "select coalesce(sum(num_rows), 0) from parquet_file_metadata(?)", [bound]
        ).fetchone()
    except duckdb.Error as error:
        raise LoadError(f"{name}: not the declared format: no Parquet file") from error
    if fault := header_fault(table, [column for column, _ in described]):
        raise LoadError(f"{name}: {fault}")
    for column, sql_type in described:
        if not TEXT_TYPES.fullmatch(sql_type) and sql_type not in FLOAT_TYPES:
            raise LoadError(
                f"{name}: column {column!r} has the type {sql_type}, which is neither "
                "text, number, date nor timestamp"
            )
    return ParquetFile(bound, dict(described), int(counted[0]) if counted else 0)


def parquet_text(name: str, sql_type: str) -> str:
    """Return SQL that turns a native column into text, a double as it is printed.

    Whole doubles lose their `.0` (ids often come as doubles), small ones their
    exponent; NaN and infinity stay what they are and are quarantined later.
    """
    if sql_type not in FLOAT_TYPES:
        return f"cast({name} as varchar)"
    return (
        f"case when isfinite({name}) and abs({name}) < {LARGEST_WHOLE} "
        f"and {name} = trunc({name}) then cast(cast({name} as bigint) as varchar) "
        f"when abs({name}) < 0.001 and abs({name}) > 1e-17 "
        f"then cast(cast(cast({name} as varchar) as decimal(38, 18)) as varchar) "
        f"else cast({name} as varchar) end"
    )
