"""All ids of one person: merged customers are one."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from refreshing.warehouse_file import base_tables, opened

Merge = tuple[str, str]  # customer_id, merged_into_customer_id


def merges_in(path: Path, memory_limit: str) -> list[Merge]:
    """Return every merge that a warehouse file knows of, in any version of a row."""
    with opened(path, memory_limit, read_only=True) as connection:
        if "customers" not in base_tables(connection, "raw"):
            return []
        rows = connection.execute(
            "select distinct customer_id, merged_into_customer_id from raw.customers "
            "where merged_into_customer_id is not null"
        ).fetchall()
    return [(str(merged), str(survivor)) for merged, survivor in rows]


def ids_of_person(customer_id: str, merges: Iterable[Merge]) -> list[str]:
    """Return the id, the one it was merged into, and all that were merged into that."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for merged, survivor in merges:
        neighbours[merged].add(survivor)
        neighbours[survivor].add(merged)
    found, waiting = {customer_id}, [customer_id]
    while waiting:
        for other in neighbours[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return sorted(found)
