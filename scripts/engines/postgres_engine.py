"""Postgres: a database of a server that runs."""

from contextlib import closing
from pathlib import Path

import duckdb
from loading.postgres_warehouse import CSV_IN, CSV_OUT
from loading.warehouse import path_literal

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
        path = self.folder / f"{table}.csv"
        with closing(self.server.connect(self.database)) as server:
            cursor = server.cursor()
            cursor.execute(
                "select column_name, case when data_type = 'numeric' then "
                "'decimal(' || numeric_precision || ',' || numeric_scale || ')' "
                "else data_type end from information_schema.columns "
                "where table_schema = %s and table_name = %s order by ordinal_position",
                [schema, table],
            )
            columns = ", ".join(f"{name} {kind}" for name, kind in cursor.fetchall())
            with path.open("wb") as file:
                cursor.copy_expert(f"copy {schema}.{table} to stdout ({CSV_OUT})", file)
        relation = f"{self.target}.{table}"
        connection.execute(f"create schema if not exists {self.target}")
        connection.execute(f"create or replace table {relation} ({columns})")
        connection.execute(f"copy {relation} from {path_literal(path)} ({CSV_IN})")
        path.unlink()
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
