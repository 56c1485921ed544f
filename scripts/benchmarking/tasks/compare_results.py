"""Compares two results of the same question."""

from collections.abc import Mapping
from typing import Any

from refreshing.warehouse_file import literal

from benchmarking.comparison import compare_relations
from benchmarking.duckdb_file import new_file


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Compare pairs of queries.

    Args:
        request: `warehouse` and further `files` by alias, only read; `pairs` by name,
            each a query of ours and one of the peer; `into`, a new file for scratch.

    """
    cells = 0
    differing = []
    with new_file(request["into"], warehouse=request["warehouse"]) as connection:
        for alias, path in request["files"].items():
            connection.execute(f"attach {literal(path)} as {alias} (read_only)")
        for name, queries in request["pairs"].items():
            for side, query in zip(("ours", "theirs"), queries, strict=True):
                connection.execute(f"create or replace table made.{side} as {query}")
            found = compare_relations(connection, "made.ours", "made.theirs")
            cells += found.cells
            differing += [name] if found.differing else []
    return {"cells": cells, "differing": differing}
