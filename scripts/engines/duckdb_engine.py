"""DuckDB, the engine that every other one is compared with."""

from pathlib import Path

import duckdb
from loading.warehouse import path_literal

from engines.engine import Engine


class DuckDbEngine(Engine):
    """A DuckDB file."""

    target = "duckdb"

    @property
    def path(self) -> Path:
        """Return the file."""
        return self.folder / "warehouse.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        """Name the file."""
        return {"DBT_DUCKDB_PATH": str(self.path)}

    def fetch_table(
        self, connection: duckdb.DuckDBPyConnection, schema: str, table: str
    ) -> str:
        """Attach the file, unless it is."""
        connection.execute(
            f"attach if not exists {path_literal(self.path)} as built (read_only)"
        )
        return f"built.{schema}.{table}"

    def bytes_on_disk(self) -> int:
        """Return the size of the file."""
        return self.path.stat().st_size
