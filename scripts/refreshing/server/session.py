"""A session on a Postgres server, whose complaints are one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg2
import psycopg2.extensions

from refreshing.errors import LockedError, ServerError

# What the loader and the refresh call their advisory locks; the other half of each is
# the schema, or the prefix of schemas, that it guards.
LOAD_LOCK = "load_raw.py"
REFRESH_LOCK = "refresh.py"
# The session waits for hours while dbt builds, and copies whole tables: no limit of the
# role may end it, nor a firewall that forgets silent connections.
OPTIONS = (
    "-c TimeZone=UTC -c DateStyle=ISO -c statement_timeout=0 -c idle_session_timeout=0"
)
# If the client dies, its locks go even while a statement runs; Linux servers only.
NOTICES_DEATH = "set client_connection_check_interval = '5s'"
KEEPALIVE_SECONDS = 60
CONNECT_SECONDS = 30


class Session:
    """One connection; every statement is its own transaction unless said otherwise."""

    def __init__(self, profile: dict[str, object]) -> None:
        """Connect.

        Args:
            profile: The target of profiles.yml.

        Raises:
            ServerError: The server cannot be reached.

        """
        self.place = f"{profile['host']}:{profile['port']}/{profile['dbname']}"
        with self._one_sentence():
            self._connection = psycopg2.connect(
                host=profile["host"],
                port=profile["port"],
                user=profile["user"],
                password=profile["password"],
                dbname=profile["dbname"],
                sslmode=profile["sslmode"],
                application_name="refresh.py",
                options=OPTIONS,
                keepalives_idle=KEEPALIVE_SECONDS,
                connect_timeout=CONNECT_SECONDS,
            )
        self._connection.autocommit = True
        with suppress(ServerError):
            self.execute(NOTICES_DEATH)

    def close(self) -> None:
        """End the session, and its locks with it."""
        self._connection.close()

    def execute(self, statement: str, /, *values: object) -> psycopg2.extensions.cursor:
        """Run a statement; `%s` stands for a value.

        Raises:
            ServerError: The server refused it.

        """
        with self.cursor() as cursor:
            cursor.execute(statement, values or None)
        return cursor

    @contextmanager
    def cursor(self) -> Iterator[psycopg2.extensions.cursor]:
        """Return a cursor, for COPY.

        Raises:
            ServerError: The server refused what was asked of it inside.

        """
        with self._one_sentence():
            yield self._connection.cursor()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        return list(self.execute(query, *values).fetchall())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let readers see all that is done inside, or nothing."""
        self.execute("begin")
        try:
            yield
        except BaseException:
            with suppress(ServerError):
                self.execute("rollback")
            raise
        try:
            self.execute("commit")
        except ServerError as error:
            raise ServerError(
                f"{error}; whether it is done is not known, see --list"
            ) from error

    def lock(self, what: str, guarded: str) -> None:
        """Take an advisory lock until the session ends.

        Raises:
            LockedError: Another session has it.

        """
        ((is_ours,),) = self.rows(
            "select pg_try_advisory_lock(hashtext(%s), hashtext(%s))", what, guarded
        )
        if not is_ours:
            raise LockedError(
                f"{self.place}: another run of {what} is at work; try again later"
            )

    @contextmanager
    def _one_sentence(self) -> Iterator[None]:
        try:
            yield
        except psycopg2.Error as error:
            lines = str(error).strip().splitlines() or ["no reason given"]
            raise ServerError(f"{self.place}: {lines[0]}") from error
