"""Postgres: a database of a server that runs."""

from contextlib import closing
from pathlib import Path

import duckdb
from loading.postgres_copy import PostgresCopy

from engines.engine import Engine
from engines.postgres_server import PostgresServer


class PostgresEngine(Engine):
    """A new database of a server."""

    target = "postgres"

    def __init__(
        self, folder: Path, server: PostgresServer, client_zone: str = "UTC"
    ) -> None:
        """Create a database, called like the folder.

        Args:
            folder: Where to write; a name in small letters.
            server: It runs already.
            client_zone: Time zone of all sessions; it must not matter.

        """
        super().__init__(folder)
        self.server = server
        self.database = folder.name
        self._client_zone = client_zone
        server.create_database(self.database)

    @property
    def environment(self) -> dict[str, str]:
        """Name the database."""
        return self.server.environment(self.database) | {"PGTZ": self._client_zone}

    def fetch_table(
        self, connection: duckdb.DuckDBPyConnection, schema: str, table: str
    ) -> str:
        """Copy a table of the server into one with the same column types."""
        relation = f"{self.target}.{table}"
        connection.execute(f"create schema if not exists {self.target}")
        with closing(self.server.connect(self.database)) as server:
            copying = PostgresCopy(server.cursor(), connection, self.folder)
            copying.fetch_table(schema, table, relation)
        return relation

    @property
    def server_processes(self) -> tuple[int, ...]:
        """Id of the postmaster."""
        return (self.server.process,)

    def bytes_on_disk(self) -> int:
        """Return the size of the database, its write-ahead log left out."""
        with closing(self.server.connect(self.database)) as server:
            cursor = server.cursor()
            cursor.execute("select pg_database_size(current_database())")
            ((size,),) = cursor.fetchall()
        return int(size)
