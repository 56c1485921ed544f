"""Rows between DuckDB and a Postgres server by COPY, exactly as they are."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg2.extensions

from loading.warehouse import path_literal

# Quoted is text, empty without quotes is null; both sides write and read it so.
CSV_OUT = "format csv, header false, force_quote *"
CSV_IN = (
    "format csv, header false, auto_detect false, delim ',', quote '\"', escape '\"', "
    "nullstr '', allow_quoted_nulls false"
)
COLUMNS = """
    select column_name, case when data_type = 'numeric' then
        'decimal(' || numeric_precision || ',' || numeric_scale || ')'
    else data_type end
    from information_schema.columns
    where table_schema = %s and table_name = %s
    order by ordinal_position
"""


@dataclass(frozen=True)
class PostgresCopy:
    """Both ends of a copy, and a folder for the file between them."""

    cursor: psycopg2.extensions.cursor
    connection: duckdb.DuckDBPyConnection
    folder: Path

    def fetch_rows(self, query: str, relation: str) -> None:
        """Copy the rows of a query on the server into a relation of DuckDB.

        Args:
            query: SQL without a semicolon.
            relation: It exists, with the columns of the query.

        """
        path = self.folder / "fetched.csv"
        with path.open("wb") as file:
            self.cursor.copy_expert(f"copy ({query}) to stdout ({CSV_OUT})", file)
        self.connection.execute(f"copy {relation} from {path_literal(path)} ({CSV_IN})")
        path.unlink()

    def fetch_table(
        self, schema: str, table: str, relation: str, condition: str = "true"
    ) -> None:
        """Copy a table of the server into a new relation with the same column types.

        Args:
            schema: Of the table.
            table: Its name.
            relation: It is made, or made anew.
            condition: SQL that says which rows.

        """
        self.cursor.execute(COLUMNS, [schema, table])
        columns = ", ".join(f"{name} {kind}" for name, kind in self.cursor.fetchall())
        self.connection.execute(f"create or replace table {relation} ({columns})")
        self.fetch_rows(f"select * from {schema}.{table} where {condition}", relation)

    def send_rows(self, query: str, values: list[object], relation: str) -> None:
        """Append the rows of a DuckDB query to a table of the server.

        Args:
            query: With a `?` for each of `values`.
            values: What the query is asked with.
            relation: Table of the server.

        """
        path = self.folder / "sent.csv"
        self.connection.execute(
            f"copy ({query}) to {path_literal(path)} ({CSV_OUT}, nullstr '')", values
        )
        with path.open("rb") as file:
            self.cursor.copy_expert(f"copy {relation} from stdin (format csv)", file)
        path.unlink()
