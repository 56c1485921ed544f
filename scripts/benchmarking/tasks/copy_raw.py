"""Puts the raw rows of one warehouse into another, which is new."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarking.arrivals import copy_raw


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Copy raw rows.

    Args:
        request: `origin`, only read; `warehouse`, a new file; `emptied`, the raw tables
            that are to have no rows.

    """
    copy_raw(Path(request["origin"]), Path(request["warehouse"]))
    with duckdb.connect(request["warehouse"]) as connection:
        for table in request["emptied"]:
            connection.execute(f"truncate raw.{table}")
    return {}
