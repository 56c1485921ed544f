"""A Postgres database that a load writes into by COPY, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import psycopg2.extensions

from loading.contract import TABLES, TABLES_BY_NAME, RawTable
from loading.errors import LoadError, LockedError
from loading.outgoing import Outgoing
from loading.postgres_copy import PostgresCopy
from loading.raw_schema import BOOKKEEPING, raw_columns
from loading.warehouse import Warehouse

# Tables whose earlier rows are fetched whole, and which of their columns. Every
# currency that ever had a rate must be known, not only those of this load.
READ_WHOLE = dict.fromkeys((*BOOKKEEPING, "exchange_rates"), "*") | {
    "quarantine": "load_id, table_name, file_name, line_number, reason_code, "
    "null as raw_text, loaded_at, null as customer_id, null as occurred_at"
}


class PostgresWarehouse(Warehouse):
    """A schema of raw tables on a server; its lock is an advisory one, per schema.

    Whatever was loaded before stays on the server: of a raw table only the rows that
    share a key with this load are fetched. A killed load leaves nothing, because the
    server ends its transaction and its lock with its connection.
    """

    def __init__(
        self, profile: dict[str, object], *, raw_schema: str, memory_limit: str
    ) -> None:
        """Name the database; it is opened by `with`.

        Args:
            profile: The target of profiles.yml.
            raw_schema: Name of the schema of the raw tables.
            memory_limit: What DuckDB may use before it spills to disk.

        """
        self._place = f"{profile['host']}:{profile['port']}/{profile['dbname']}"
        folder = Path("warehouse") / f"{self._place}.{raw_schema}.loading".replace(
            "/", "_"
        )
        super().__init__(folder, memory_limit=memory_limit)
        self._profile = profile
        self._raw_schema = raw_schema
        self._connected: psycopg2.extensions.connection | None = None
        self._fetched: set[str] = set()

    def stored_relation(self, table_name: str) -> str:
        """Return the rows of earlier loads that matter here, fetched at first use."""
        relation = f"staging.no_{table_name}"
        with _one_sentence(self._place):
            if table_name not in self._fetched and self._exists(table_name):
                self._fetch(table_name, relation)
        self._fetched.add(table_name)
        return relation

    def _open(self) -> None:
        profile = self._profile
        try:
            self._connected = psycopg2.connect(
                host=profile["host"],
                port=profile["port"],
                user=profile["user"],
                password=profile["password"],
                dbname=profile["dbname"],
                sslmode=profile["sslmode"],
                application_name="load_raw.py",
                options="-c TimeZone=UTC -c DateStyle=ISO",
            )
        except psycopg2.Error as error:
            raise LoadError(
                f"{self._place}: the server cannot be reached: {_first_line(error)}"
            ) from error
        with _one_sentence(self._place):
            locked = self._query(
                "select pg_try_advisory_lock(hashtext('load_raw.py'), hashtext(%s))",
                self._raw_schema,
            )
        if not locked[0][0]:
            self._server.close()
            raise LockedError(f"{self._place}: another load is running")
        self._server.commit()

    def _write(self, rows: Iterator[Outgoing]) -> None:
        with _one_sentence(self._place):
            self._create_tables()
            for part in rows:
                self._copy_in(self._raw(part.table_name), part.query, part.values)
            # Plans of the next build depend on how much there is now.
            for table in TABLES:
                self._run(f"analyze {self._raw(table.name)}")
            self._server.commit()

    def _close(self, error: BaseException | None) -> None:
        del error
        if self._connected is not None:
            self._connected.close()

    @property
    def _server(self) -> psycopg2.extensions.connection:
        if self._connected is None:
            raise LoadError(f"{self._place}: not connected")
        return self._connected

    def _run(self, statement: str, *values: object) -> None:
        with self._server.cursor() as cursor:
            cursor.execute(statement, values or None)

    def _query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with self._server.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    def _raw(self, table_name: str) -> str:
        return f"{self._raw_schema}.{table_name}"

    def _exists(self, table_name: str) -> bool:
        found = self._query("select to_regclass(%s)", self._raw(table_name))
        return found[0][0] is not None

    def _create_tables(self) -> None:
        self._run(f"create schema if not exists {self._raw_schema}")
        definitions = {table.name: raw_columns(table) for table in TABLES} | BOOKKEEPING
        for name, columns in definitions.items():
            # Ties are broken by ids: in the order of bytes, whatever the database's.
            ordered = columns.replace("varchar", 'varchar collate "C"')
            self._run(f"create table if not exists {self._raw(name)} ({ordered})")

    def _fetch(self, table_name: str, relation: str) -> None:
        """Copy stored rows into `relation`: all, or those this load may touch."""
        if table_name in READ_WHOLE:
            source = f"select {READ_WHOLE[table_name]} from {self._raw(table_name)}"
        else:
            self._send_keys(TABLES_BY_NAME[table_name])
            source = " union all ".join(
                f"select stored.* from {self._raw(table_name)} as stored "
                f"where exists (select 1 from touched where {condition})"
                for condition in _touching(TABLES_BY_NAME[table_name])
            )
        with self._copying() as copying:
            copying.fetch_rows(source, relation)

    def _send_keys(self, table: RawTable) -> None:
        """Write the keys of this load's rows into the temporary table `touched`."""
        names = _touch_columns(table)
        listed = ", ".join(names)
        self._run("drop table if exists touched")
        self._run(
            "create temporary table touched as "
            f"select {listed} from {self._raw(table.name)} limit 0"
        )
        query = (
            f"select distinct {listed} from staging.{table.name} "
            "where fault_code is null"
        )
        self._copy_in("touched", query, [])
        self._run("analyze touched")

    def _copy_in(self, relation: str, query: str, values: list[object]) -> None:
        """Append the rows of a DuckDB query to a table of the server."""
        with self._copying() as copying:
            copying.send_rows(query, values, relation)

    @contextmanager
    def _copying(self) -> Iterator[PostgresCopy]:
        with self._server.cursor() as cursor:
            yield PostgresCopy(cursor, self.connection, self.work_folder)


def _touch_columns(table: RawTable) -> tuple[str, ...]:
    """Return the columns that say which stored rows a load may meet.

    They need not be the whole key: a row too many costs time and changes nothing.
    """
    if table.name == "activity_events":
        return ("event_id", "customer_id", "event_name", "occurred_at")
    return table.key[:1]


def _touching(table: RawTable) -> list[str]:
    """Return the conditions under which a stored row meets one of `touched`."""
    first, *others = _touch_columns(table)
    conditions = [f"stored.{first} = touched.{first}"]
    # Activity without an id is identified by its whole content.
    if others:
        same = [f"stored.{name} = touched.{name}" for name in others]
        conditions.append(" and ".join([f"stored.{first} is null", *same]))
    return conditions


@contextmanager
def _one_sentence(place: str) -> Iterator[None]:
    """Turn what the server complains about into a refused load."""
    try:
        yield
    except psycopg2.Error as error:
        raise LoadError(f"{place}: {_first_line(error)}; nothing was loaded") from error


def _first_line(error: psycopg2.Error) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
