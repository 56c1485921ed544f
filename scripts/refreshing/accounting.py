"""Every row that a load counted as loaded is in its raw table, and no other."""

from dataclasses import dataclass

from loading.contract import TABLES

from refreshing.errors import RefreshError
from refreshing.queries import Queries


@dataclass(frozen=True)
class _Miscount:
    table_name: str
    load_id: str
    counted: int
    found: int


def check_raw_rows(warehouse: Queries, raw: str = "raw") -> int:
    """Count the raw rows of every load against what that load reported.

    Rows of people who were erased since are noted in `raw.erased_rows`.

    Args:
        warehouse: The candidate.
        raw: Name of its schema of raw tables.

    Returns:
        Number of raw rows.

    Raises:
        RefreshError: A raw table, or quarantine, holds more or fewer rows of a load.

    """
    sides = [
        f"select '{table.name}' as table_name, load_id, count(*) as found "
        f"from {raw}.{table.name} group by load_id"
        for table in TABLES
    ]
    _check(warehouse, raw, " union all ".join(sides), "rows_loaded", "rows_erased")
    _check(
        warehouse,
        raw,
        f"select table_name, load_id, count(*) as found from {raw}.quarantine "
        "group by table_name, load_id",
        "rows_quarantined",
        "quarantined_rows_erased",
    )
    counted = warehouse.execute(
        " union all ".join(
            f"select count(*) from {raw}.{table.name}" for table in TABLES
        )
    ).fetchall()
    return sum(int(rows) for (rows,) in counted)


def _check(
    warehouse: Queries,
    raw: str,
    found: str,
    count_column: str,
    erased_column: str,
) -> None:
    wrong = warehouse.execute(
        f"""
        with found as ({found}),
        counted as (
            select table_name, load_id, sum(row_count) as counted
            from (
                select table_name, load_id, {count_column} as row_count
                from {raw}.load_files
                union all
                select table_name, load_id, -{erased_column} from {raw}.erased_rows
            ) as reported
            group by table_name, load_id
        )
        select
            table_name, load_id, cast(coalesce(counted, 0) as bigint),
            coalesce(found, 0)
        from counted full join found using (table_name, load_id)
        where coalesce(counted, 0) <> coalesce(found, 0)
        order by table_name, load_id
        """
    ).fetchall()
    if wrong:
        first = _Miscount(*wrong[0])
        raise RefreshError(
            f"raw.{first.table_name}: load {first.load_id} counted {first.counted} as "
            f"{count_column} but {first.found} are there; nothing was published"
        )
