"""Runs the SQL that dbt compiled for some models, without dbt, into a new file.

Each reads its inputs from a warehouse that is built: the same SQL on the same rows as
in the build, in a process as bare as those that it is compared with.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarking.child import cpu_seconds
from benchmarking.duckdb_file import MEMORY_LIMIT, new_file


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run models one after the other.

    Args:
        request: `warehouse`, only read; `models`, name to file of compiled SQL; `into`,
            the new file; `memory_limit` of DuckDB, if not the profile's.

    """
    took = {}
    with new_file(
        request["into"],
        warehouse=request["warehouse"],
        memory_limit=request.get("memory_limit", MEMORY_LIMIT),
    ) as connection:
        for name, path in request["models"].items():
            began = cpu_seconds()
            sql = Path(path).read_text(encoding="utf-8")
            connection.execute(f"create table made.{name} as {sql}")
            took[name] = cpu_seconds() - began
    return {"models": took}
