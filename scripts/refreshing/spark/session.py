"""What a refresh asks Spark for, through dbt: one process, so one Spark, for all of it.

The catalog of a warehouse folder takes one process at a time, and a session of Spark
takes many seconds to begin.
"""

import json
from collections.abc import Callable, Sequence

from refreshing.checks import build_failure
from refreshing.dbt_session import DbtSession
from refreshing.errors import RefreshError, ServerError

# Letters of what Spark said; the rest is in dbt's log.
SHOWN = 300
# What dbt says before the reason, several times.
NO_REASON = "Runtime Error"


class SparkSession:
    """A dbt process that begins with the first question and ends when it is told to."""

    def __init__(self, new_dbt: Callable[[], DbtSession]) -> None:
        """Take what makes the process."""
        self._new_dbt = new_dbt
        self._dbt: DbtSession | None = None
        self._has_started = False

    @property
    def dbt(self) -> DbtSession:
        """The process."""
        if self._dbt is None:
            self._dbt = self._new_dbt()
        return self._dbt

    def end(self, *, at_once: bool = False) -> None:
        """End the process; `at_once` kills it, whatever it is doing."""
        dbt, self._dbt, self._has_started = self._dbt, None, False
        if dbt is not None:
            dbt.end(at_once=at_once)

    def start(self) -> None:
        """Start Spark, if it does not run yet.

        Raises:
            ServerError: It cannot be, or another process has the catalog.

        """
        if self._has_started:
            return
        try:
            self.call("run_statement", sql="show schemas")
        except ServerError as error:
            raise ServerError(
                f"{error}; if another process of Spark or dbt is at work in this "
                "warehouse, end it first"
            ) from error
        self._has_started = True

    def call(self, macro: str, **arguments: str | Sequence[str]) -> None:
        """Run a macro of the project.

        Raises:
            ServerError: Spark refused something.
            RefreshError: dbt cannot read the project.

        """
        words = ("run-operation", macro, "--args", json.dumps(arguments))
        answer = self.dbt.run(*words)
        # Not even the macro was run.
        failure = None if answer.nodes else build_failure(answer, self.dbt.log)
        if failure:
            raise RefreshError(failure)
        if not answer.success:
            lines = [line.strip() for line in answer.error.splitlines()]
            reason = " ".join(line for line in lines if line and line != NO_REASON)
            raise ServerError(f"Spark: {reason[:SHOWN]}, see {self.dbt.log}")
