"""Runs dbt for a refresh, in a process of its own that dies with its parent.

Each line of standard input is one dbt command, a JSON list of words. Answers are JSON
lines: `{"finished": name}` for each node, then one with `success`, `error`, `nodes`
and `noted`, the nodes that failed or warned. One process runs all commands, because
starting dbt and parsing the project takes longer than building a small warehouse.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

PR_SET_PDEATHSIG = 1
UNREMARKABLE = ("success", "pass", "skipped", "no-op")
# Of a macro that was run by itself and failed, events alone tell the reason.
FAILURES = ("RunningOperationCaughtError", "RunningOperationUncaughtError")


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def private_output() -> IO[str]:
    """Return the standard output, and let whatever dbt prints go to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return answers


def _noted(nodes: list[Any]) -> list[dict[str, str]]:
    """Return the nodes that somebody should hear of: name, status, message.

    A macro that was run by itself is no node.
    """
    return [
        {
            "name": node.node.name,
            "status": str(node.status),
            "message": str(node.message or ""),
        }
        for node in nodes
        if str(node.status) not in UNREMARKABLE and hasattr(node, "node")
    ]


class Commands:
    """dbt commands on one parsed project."""

    def __init__(self, tell: Callable[[dict[str, object]], None]) -> None:
        """Report through `tell`."""
        self._tell = tell
        self._manifest: Any = None
        self._heard = ""

    def run(self, words: list[str]) -> None:
        """Run one command and report how it ended."""
        # dbt takes a second to import; the parent may die in it.
        from dbt.adapters.factory import reset_adapters  # noqa: PLC0415
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        self._heard = ""
        runner = dbtRunner(self._manifest, callbacks=[self._hear])
        result = runner.invoke(words)
        if words[0] == "parse" and result.success:
            self._manifest = result.result
            # The parsed project stays until the end; Python need not look through it
            # for something to throw away, again and again.
            gc.freeze()
        nodes = list(getattr(result.result, "results", None) or ())
        error = getattr(result.exception, "msg", None) or str(
            result.exception or self._heard
        )
        if words[words.index("--target") + 1] == "duckdb":
            from dbt.adapters.duckdb.connections import (  # noqa: PLC0415
                DuckDBConnectionManager,
            )

            # dbt keeps its connection open, and so the file locked.
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        reset_adapters()  # type: ignore[no-untyped-call]
        self._tell(
            {
                "success": bool(result.success),
                "error": str(error),
                "nodes": len(nodes),
                "noted": _noted(nodes),
            }
        )

    def _hear(self, event: EventMsg) -> None:
        if event.info.name == "NodeFinished":
            self._tell({"finished": event.data.node_info.node_name})
        elif event.info.name in FAILURES:
            self._heard = event.data.exc


def main() -> int:
    """Run commands until there are no more."""
    die_with(int(sys.argv[1]))
    answers = private_output()

    def tell(answer: dict[str, object]) -> None:
        answers.write(json.dumps(answer) + "\n")

    commands = Commands(tell)
    for line in sys.stdin:
        commands.run(json.loads(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
