"""A refresh on a server: built under other names, then renamed in one transaction.

POSTGRES_KILLS in the environment says how often one is killed (default 2).
"""

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from engines.postgres_server import PostgresServer
from refresh_helpers import Refresher, small_project, write_source
from refreshing.schema_names import prefix_of

KILLS = int(os.environ.get("POSTGRES_KILLS", "2"))
READER = "reader_of_versions"
SCHEMAS = (
    "select nspname from pg_namespace "
    "where nspname !~ '^(pg_|information_schema|public)' order by 1"
)


class ServerRefresher(Refresher):
    """Runs the refresh of a project on one database."""

    def __init__(
        self, project: Path, published: Path, server: PostgresServer, database: str
    ) -> None:
        """Name the folders, the server and the database."""
        super().__init__(project, published)
        self.server = server
        self.database = database
        self.environment = server.environment(database)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the refresh."""
        return [*super().command(*arguments), "--target", "postgres"]

    def asked(
        self, sql: str, user: str = "", password: str = ""
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        login = (user, password) if user else ()
        with closing(self.server.connect(self.database, *login)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def does(self, *statements: str) -> None:
        """Run statements as the owner."""
        with closing(self.server.connect(self.database)) as connection:
            connection.autocommit = True
            for statement in statements:
                connection.cursor().execute(statement)

    def orders(self) -> int:
        """Return the number of orders that readers see."""
        ((orders,),) = self.asked("select count(*) from marts.fct_orders")
        return int(orders)

    def schemas(self) -> list[str]:
        """Return the names of all schemas but the server's own."""
        return [name for (name,) in self.asked(SCHEMAS)]


@pytest.fixture(scope="module")
def first_on_server(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> ServerRefresher:
    """Return a database with one version; no test changes it."""
    folder = tmp_path_factory.mktemp("server")
    postgres_server.create_database("first_version")
    first = ServerRefresher(
        small_project(folder / "project"),
        folder / "published",
        postgres_server,
        "first_version",
    )
    first.refresh(write_source(folder / "source"))
    return first


@pytest.fixture
def on_server(first_on_server: ServerRefresher, tmp_path: Path) -> ServerRefresher:
    """Return a copy of the database with one version."""
    name = f"copy_{random.SystemRandom().getrandbits(40):x}"
    with closing(first_on_server.server.connect("postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create database {name} template first_version")
    return ServerRefresher(
        first_on_server.project, tmp_path / "published", first_on_server.server, name
    )


def test_a_version_gets_the_plain_names(on_server: ServerRefresher, day: Path) -> None:
    """The one before keeps its schemas under its own name; no candidate is left."""
    ((before,),) = on_server.asked("select version_id from marts.publication")
    assert on_server.orders() == 3
    summary = on_server.refresh(day)
    assert on_server.orders() == 4
    assert on_server.asked("select version_id, load_id from marts.publication") == [
        (summary["version_id"], summary["load"]["load_id"])
    ]
    kept = f"v{before.lower().replace('.', '_').replace('-', '_')}_"
    plain = ["intermediate", "marts", "raw", "staging"]
    assert on_server.schemas() == [*plain, *(f"{kept}{name}" for name in plain)]
    assert on_server.asked(f"select count(*) from {kept}marts.fct_orders") == [(3,)]


def test_a_refresh_continues_the_build_before(
    on_server: ServerRefresher, day: Path
) -> None:
    """Rows of whom no load touches are those that were copied, not built again."""
    on_server.refresh(day)
    assert on_server.asked(
        "select (select count(*) from intermediate.build_state), "
        "(select count(*) from intermediate.build_runs)"
    ) == [(1, 0)]
    writers = dict(
        on_server.asked(
            "select customer_id, min(xmin::text) from intermediate.int_orders "
            "group by 1"
        )
    )
    assert writers["anna"] == writers["cleo"]
    assert writers["bob"] != writers["anna"]


def test_the_marts_are_those_of_a_file(
    on_server: ServerRefresher, refresher: Refresher, day: Path
) -> None:
    """What was restated and why, too."""
    with (day / "revenue_events.csv").open("a", encoding="utf-8") as file:
        file.write("e6,bob,payment,2024-01-25,7\n")
    for one in (on_server, refresher):
        one.refresh(day)
    for sql in (
        "select order_id, customer_id, amount, refunded_amount "
        "from marts.fct_orders order by 1",
        "select mart_name, row_key, column_name, old_value, new_value, cause "
        "from marts.fct_restatements order by 1, 2, 3",
        "select column_name, value from raw.published_figures "
        "where mart_name <> 'publication' order by 1, 2, row_key",
    ):
        rows = refresher.rows(sql)
        assert rows
        assert on_server.asked(sql) == rows


def test_a_failing_test_publishes_nothing(
    on_server: ServerRefresher, day: Path, tmp_path: Path
) -> None:
    """Readers keep the version before, and nothing of the candidate is left."""
    spoiled = tmp_path / "project"
    shutil.copytree(on_server.project, spoiled, symlinks=True)
    (spoiled / "tests" / "no_orders_at_all.sql").write_text(
        "select * from {{ ref('fct_orders') }}", encoding="utf-8"
    )
    before = on_server.schemas()
    on_server.project = spoiled
    sentence = on_server.refused(str(day))
    assert "no_orders_at_all" in sentence
    assert "nothing was published" in sentence
    assert on_server.orders() == 3
    assert on_server.schemas() == before


def test_versions_are_listed_and_gone_back_to(
    on_server: ServerRefresher, day: Path
) -> None:
    """Back and forth; the version that is left keeps its place in the list."""
    on_server.refresh(day)
    listed = on_server.run("--list", "--json").summary
    new, old = (version["version_id"] for version in listed)
    assert [version["is_live"] for version in listed] == [True, False]
    assert all(version["bytes"] > 100_000 for version in listed)
    for version, orders in ((old, 3), (old, 3), (new, 4)):
        assert on_server.run("--rollback", version).status == 0
        assert on_server.orders() == orders
    assert on_server.run("--list", "--json").summary == listed
    sentence = on_server.refused("--rollback", "v1_", status=2)
    assert "no such version; kept are" in sentence


def test_old_versions_go_unless_a_view_reads_them(
    on_server: ServerRefresher, day: Path
) -> None:
    """It reads the tables it was made on, and is named until it is made again.

    A version that somebody reads in a transaction stays until the next time.
    """
    view = "create view reports.orders as select * from marts.fct_orders"
    on_server.does("create schema reports", view)
    rest = ("--keep", "2", "--keep-minutes", "0")
    for _ in range(2):
        summary = on_server.refresh(day, *rest)
        (warning,) = [text for text in summary["warnings"] if "reports.orders" in text]
        assert "not the live one; create it again" in warning
        assert not summary["removed"]
        assert on_server.asked("select count(*) from reports.orders") == [(3,)]
    by_hand = "create view marts.by_hand as select * from marts.fct_orders"
    on_server.does("drop view reports.orders", view, by_hand)
    ids = [each["version_id"] for each in on_server.run("--list", "--json").summary]
    with closing(on_server.server.connect(on_server.database)) as other:
        kept = prefix_of("", ids[2])
        other.cursor().execute(f"select * from {kept}marts.fct_orders")
        summary = on_server.refresh(day, *rest)
    assert summary["removed"] == [ids[1]]
    assert any("marts.by_hand" in warning for warning in summary["warnings"])
    assert on_server.refresh(day, *rest)["removed"] == [ids[2]]
    assert len(on_server.schemas()) == 3 * 4 + 1


def test_who_may_read_goes_on_reading(on_server: ServerRefresher, day: Path) -> None:
    """Rights that were given by hand follow the marts, and nothing else is given."""
    password = "no secret"  # noqa: S105 - of a throwaway server
    on_server.does(
        f"drop role if exists {READER}",
        f"create role {READER} login password '{password}'",
        f"grant usage on schema marts to {READER}",
        f"grant select on marts.fct_orders to {READER}",
        f"alter default privileges in schema marts grant select on tables to {READER}",
    )
    summary = on_server.refresh(day)
    listed = on_server.run("--list", "--json").summary
    question = "select count(*) from marts.fct_orders"
    assert on_server.asked(question, READER, password) == [(4,)]
    # Made by this refresh, so that only the default privileges reach it.
    published = on_server.asked(
        "select version_id from marts.publication", READER, password
    )
    assert published == [(summary["version_id"],)]
    on_server.run("--rollback", listed[1]["version_id"])
    assert on_server.asked(question, READER, password) == [(3,)]
    on_server.does(f"revoke select on all tables in schema marts from {READER}")
    on_server.run("--rollback", listed[0]["version_id"])
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        on_server.asked(question, READER, password)
    for schema in ("raw.revenue_events", "intermediate.int_orders"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            on_server.asked(f"select count(*) from {schema}", READER, password)
    on_server.does(f"drop owned by {READER}", f"drop role {READER}")


@pytest.mark.parametrize(
    ("what", "guarded"), [("refresh.py", ""), ("load_raw.py", "raw")]
)
def test_a_second_run_stops(
    on_server: ServerRefresher, day: Path, what: str, guarded: str
) -> None:
    """Another refresh, or a load into the live version, which would be lost."""
    with closing(on_server.server.connect(on_server.database)) as other:
        other.cursor().execute(
            "select pg_advisory_lock(hashtext(%s), hashtext(%s))", [what, guarded]
        )
        sentence = on_server.refused(str(day), status=3)
    assert f"another run of {what} is at work" in sentence
    assert on_server.orders() == 3


def test_what_was_loaded_without_a_refresh_is_a_version(
    on_server: ServerRefresher, day: Path
) -> None:
    """Its raw rows are kept, and it can be gone back to."""
    on_server.does(*(f"drop schema {name} cascade" for name in on_server.schemas()))
    loader = [sys.executable, "scripts/load_raw.py", str(day), "--target", "postgres"]
    subprocess.run(
        loader,
        cwd=on_server.project,
        env={**os.environ, **on_server.environment},
        check=True,
        capture_output=True,
    )
    summary = on_server.refresh(day)
    assert summary["load"]["tables"]["revenue_events"]["loaded"] == 0
    assert on_server.asked("select load_count from marts.publication") == [(2,)]
    assert len(on_server.run("--list", "--json").summary) == 2


def test_schemas_made_by_hand_are_taken_if_they_are_empty(
    on_server: ServerRefresher, day: Path
) -> None:
    """A table that no loader and no dbt made is not thrown away."""
    on_server.does(*(f"drop schema {name} cascade" for name in on_server.schemas()))
    on_server.does("create schema marts", "create table marts.precious (id int)")
    sentence = on_server.refused(str(day))
    assert "schema marts holds tables, but raw no loads" in sentence
    on_server.does("drop table marts.precious")
    on_server.refresh(day)
    assert on_server.orders() == 4


@pytest.mark.parametrize("prefix", ["candidate_", "team_candidate_", "t" * 21])
def test_a_prefix_that_could_be_taken_for_another_is_refused(
    on_server: ServerRefresher, day: Path, prefix: str
) -> None:
    """Schemas of a candidate, and names that would be cut off."""
    given = f"{{schema_prefix: {prefix}}}"
    assert "schema_prefix" in on_server.refused(str(day), "--vars", given, status=2)


def test_people_who_share_a_database_do_not_meet(
    on_server: ServerRefresher, day: Path
) -> None:
    """A prefix of one's own stands before every schema."""
    before = on_server.asked("select * from marts.publication")
    mine = ("--vars", "{schema_prefix: team_}")
    on_server.refresh(day, *mine)
    assert on_server.asked("select count(*) from team_marts.fct_orders") == [(4,)]
    assert on_server.asked("select * from marts.publication") == before
    assert len(on_server.run("--list", "--json", *mine).summary) == 1
    assert len(on_server.run("--list", "--json").summary) == 1


@contextmanager
def reading(
    on_server: ServerRefresher, answers: list[tuple[Any, ...]]
) -> Iterator[None]:
    """Ask for version and orders again and again, in one session."""
    done = threading.Event()

    def read() -> None:
        with closing(on_server.server.connect(on_server.database)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(
                "prepare question as select version_id, "
                "(select count(*) from marts.fct_orders) from marts.publication"
            )
            while not done.is_set():
                cursor.execute("execute question")
                answers.extend(cursor.fetchall())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        done.set()
        reader.join()


def test_readers_see_one_version_after_the_other(
    on_server: ServerRefresher, day: Path
) -> None:
    """No error, no mixture, and no older version after a newer one."""
    answers: list[tuple[Any, ...]] = []
    with reading(on_server, answers):
        summary = on_server.refresh(day)
        time.sleep(0.2)
    assert len(answers) > 100
    assert answers == sorted(answers)
    assert {orders for _, orders in answers} == {3, 4}
    assert answers[-1] == (summary["version_id"], 4)
    assert len(set(answers)) == 2


def test_a_killed_refresh_leaves_a_whole_version(
    on_server: ServerRefresher, day: Path
) -> None:
    """Whenever it dies; the next one works, whatever is left."""
    began = time.monotonic()
    on_server.refresh(day)
    lasts = time.monotonic() - began
    chance = random.Random(5)  # noqa: S311 - a draw, no secret
    for _ in range(KILLS):
        process = subprocess.Popen(
            on_server.command(str(day)),
            cwd=on_server.project,
            env={**os.environ, **on_server.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(lasts * chance.random())
        process.kill()
        process.wait()
        plain = [
            name for name in on_server.schemas() if not name.startswith(("v", "c"))
        ]
        assert plain == ["intermediate", "marts", "raw", "staging"]
        assert on_server.orders() == 4
    on_server.refresh(day)
    assert not [name for name in on_server.schemas() if name.startswith("candidate")]
    listed = on_server.run("--list", "--json").summary
    assert [version["is_live"] for version in listed].count(True) == 1


def test_a_server_that_is_not_there_is_one_sentence(
    on_server: ServerRefresher, day: Path
) -> None:
    """With the place, and without the password."""
    on_server.environment["DBT_POSTGRES_PORT"] = "1"
    sentence = on_server.refused(str(day))
    assert "127.0.0.1:1/" in sentence
    assert on_server.server.password not in sentence
