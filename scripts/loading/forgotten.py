"""Rows of people who asked to be forgotten: they are counted, and read no further.

`raw.forgotten_customers` holds no id, but salted hashes of ids, written by
`scripts/forget_customer.py`.
"""

from loading.contract import RawTable
from loading.warehouse import Warehouse

CUSTOMER_COLUMNS = ("customer_id", "merged_into_customer_id")
# Words of a line that is no record: between commas, and between any signs of syntax.
WORDS = (
    "list_concat("
    "list_transform(string_split(raw_text, ','), word -> trim(word, ' \"''')), "
    "regexp_extract_all(raw_text, '[^\\s,;:|\"''{}\\[\\]()<>=]+'))"
)


def leave_out_forgotten(warehouse: Warehouse, table: RawTable) -> None:
    """Remove the staged rows of one table that name a forgotten customer.

    They are counted per file in `staging.forgotten`.

    Args:
        warehouse: Open; the table is staged and its outcomes are not decided yet.
        table: The table.

    """
    columns = [name for name in CUSTOMER_COLUMNS if name in table.column_names]
    run = warehouse.connection.execute
    for salt in _salts(warehouse):
        for column in columns:
            removed = run(
                f"delete from staging.{table.name} where {column} in ("
                f"select customer_id from (select distinct {column} as customer_id "
                f"from staging.{table.name}) where sha256(? || customer_id) in "
                f"(select customer_hash from {_forgotten(warehouse)} where salt = ?)) "
                "returning file_number",
                [salt, salt],
            ).fetchall()
            _note(warehouse, removed)
        removed = run(
            "delete from staging.quarantine where table_name = ? and list_has_any("
            f"list_transform({WORDS}, word -> sha256(? || word)), "
            f"(select list(customer_hash) from {_forgotten(warehouse)} "
            "where salt = ?)) returning file_number",
            [table.name, salt, salt],
        ).fetchall()
        _note(warehouse, removed)


def forgotten_counts(warehouse: Warehouse) -> list[tuple[int, int]]:
    """Return how many rows of each file were left out: file number, rows."""
    rows = warehouse.connection.execute(
        "select file_number, count(*) from staging.forgotten group by all"
    ).fetchall()
    return [(int(number), int(count)) for number, count in rows]


def _note(warehouse: Warehouse, removed: list[tuple[int]]) -> None:
    if removed:
        warehouse.connection.executemany(
            "insert into staging.forgotten values (?)", removed
        )


def _salts(warehouse: Warehouse) -> list[str]:
    """Return the salts in use: none, or one."""
    rows = warehouse.connection.execute(
        f"select distinct salt from {_forgotten(warehouse)} order by all"
    ).fetchall()
    return [str(salt) for (salt,) in rows]


def _forgotten(warehouse: Warehouse) -> str:
    return warehouse.stored_relation("forgotten_customers")
