"""Every row that a load counted as loaded is in its raw table, and no other."""

from dataclasses import dataclass

import duckdb
from loading.contract import TABLES

from refreshing.errors import RefreshError


@dataclass(frozen=True)
class _Miscount:
    table_name: str
    load_id: str
    counted: int
    found: int


def check_raw_rows(connection: duckdb.DuckDBPyConnection) -> int:
    """Count the raw rows of every load against what that load reported.

    Rows of people who were erased since are noted in `raw.erased_rows`.

    Args:
        connection: The candidate is open under the alias `warehouse`.

    Returns:
        Number of raw rows.

    Raises:
        RefreshError: A raw table, or quarantine, holds more or fewer rows of a load.

    """
    sides = [
        f"select '{table.name}' as table_name, load_id, count(*) as found "
        f"from raw.{table.name} group by all"
        for table in TABLES
    ]
    _check(connection, " union all ".join(sides), "rows_loaded", "rows_erased")
    _check(
        connection,
        "select table_name, load_id, count(*) as found from raw.quarantine "
        "group by all",
        "rows_quarantined",
        "quarantined_rows_erased",
    )
    counted = connection.execute(
        " union all ".join(f"select count(*) from raw.{table.name}" for table in TABLES)
    ).fetchall()
    return sum(int(rows) for (rows,) in counted)


def _check(
    connection: duckdb.DuckDBPyConnection,
    found: str,
    count_column: str,
    erased_column: str,
) -> None:
    wrong = connection.execute(
        f"""
        with found as ({found}),
        counted as (
            select table_name, load_id, sum(row_count) as counted
            from (
                select table_name, load_id, {count_column} as row_count
                from raw.load_files
                union all
                select table_name, load_id, -{erased_column} from raw.erased_rows
            )
            group by all
        )
        select
            table_name, load_id, coalesce(counted, 0)::bigint, coalesce(found, 0)
        from counted full join found using (table_name, load_id)
        where coalesce(counted, 0) <> coalesce(found, 0)
        order by all
        """
    ).fetchall()
    if wrong:
        first = _Miscount(*wrong[0])
        raise RefreshError(
            f"raw.{first.table_name}: load {first.load_id} counted {first.counted} as "
            f"{count_column} but {first.found} are there; nothing was published"
        )
