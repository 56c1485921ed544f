"""What asks a warehouse, whatever engine it is on."""

from typing import Any, Protocol


class Rows(Protocol):
    """The answer to a query."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""


class Queries(Protocol):
    """A connection of DuckDB, or a session on a server."""

    def execute(self, query: str, /) -> Rows:
        """Run a statement."""
