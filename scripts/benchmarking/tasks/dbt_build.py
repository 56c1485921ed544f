"""Runs the real dbt project, and tells the processor time of every node's SQL.

Time inside DuckDB's cursor is the SQL; the rest of a node is dbt. With one dbt thread
the statements come one after the other, so what the process took meanwhile is theirs.
"""

import os
import time
from collections.abc import Mapping
from typing import Any

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

from benchmarking.child import cpu_seconds
from benchmarking.errors import BenchmarkError

BETWEEN_NODES = "(hooks)"


class Meter:
    """Adds up processor time by node."""

    def __init__(self) -> None:
        """Begin between nodes."""
        self.node = BETWEEN_NODES
        self.sql: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}
        self._began = (0.0, 0.0)

    def install(self) -> None:
        """Count every statement that dbt gives to DuckDB."""
        execute: Any = DuckDBCursorWrapper.execute

        def counted(cursor: object, *statement: object) -> object:
            began = cpu_seconds()
            try:
                return execute(cursor, *statement)
            finally:
                took = cpu_seconds() - began
                self.sql[self.node] = self.sql.get(self.node, 0.0) + took

        setattr(DuckDBCursorWrapper, "execute", counted)  # noqa: B010 - not our class

    def hear(self, event: EventMsg) -> None:
        """Notice where a node begins and ends."""
        if event.info.name == "NodeStart":
            self.node = event.data.node_info.unique_id
            self._began = (cpu_seconds(), time.monotonic())
        elif event.info.name == "NodeFinished":
            self.cpu[self.node] = cpu_seconds() - self._began[0]
            self.wall[self.node] = time.monotonic() - self._began[1]
            self.node = BETWEEN_NODES


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run a dbt command; every node must succeed.

    Args:
        request: `words` of the command; `target_path` for what dbt writes.

    Raises:
        BenchmarkError: It failed; the sentence names the first node.

    """
    meter = Meter()
    meter.install()
    options = [
        *("--project-dir", os.getcwd(), "--profiles-dir", os.getcwd()),
        *("--target", "duckdb", "--threads", "1"),
        *("--target-path", request["target_path"]),
        *("--log-path", request["target_path"]),
        *("--quiet", "--no-use-colors", "--log-level", "none"),
        *("--log-level-file", "info"),
    ]
    result = dbtRunner(callbacks=[meter.hear]).invoke([*request["words"], *options])
    nodes = list(getattr(result.result, "results", None) or ())
    failed = [
        f"{node.node.name}: {node.message}"
        for node in nodes
        if str(node.status) in ("error", "fail", "runtime error")
    ]
    if not result.success:
        raise BenchmarkError(
            f"dbt: {' '.join(([*failed, str(result.exception)])[0].split())}"
        )
    return {
        "hooks_sql_seconds": meter.sql.get(BETWEEN_NODES, 0.0),
        "nodes": [
            {
                "name": node.node.name,
                "kind": str(node.node.resource_type),
                "materialized": str(node.node.config.materialized),
                "sql_seconds": meter.sql.get(node.node.unique_id, 0.0),
                "cpu_seconds": meter.cpu.get(node.node.unique_id, 0.0),
                "wall_seconds": meter.wall.get(node.node.unique_id, 0.0),
            }
            for node in nodes
        ],
    }
