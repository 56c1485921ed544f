"""Loading into Postgres: the same rows, counts and promises as on DuckDB."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import load_raw
import psycopg2.extensions
import pytest
from both_loaders import BothLoaders
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from loading_helpers import (
    Loader,
    Outcome,
    make_loader,  # noqa: F401
    revenue,
    with_event,
)
from project_build import PROJECT, environment

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
KILLS = 4
KILL_ROWS = 30_000
ODD_TEXTS = ["\\N", "\\.", "NULL", 'a "quote", a comma', "a\ttab \\t", " ", "é😀", "'"]


class PostgresLoaders(BothLoaders):
    """Loads every folder into DuckDB and into a Postgres database of its own."""

    def __init__(self, loader: Loader, server: PostgresServer, name: str) -> None:
        """Create the database `name`."""
        self.database = PostgresEngine(loader.folder / name, server)
        super().__init__(loader, self.database)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query on the server."""
        with self.connect() as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall()

    def connect(self) -> closing[psycopg2.extensions.connection]:
        """Log in as the owner."""
        server = self.database.server
        return closing(server.connect(self.database.database))


@pytest.fixture
def both(
    loader: Loader,
    postgres_server: PostgresServer,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[PostgresLoaders]:
    """Return loaders into an empty file and an empty database."""
    monkeypatch.chdir(loader.folder)
    yield PostgresLoaders(loader, postgres_server, f"l_{request.node.name}"[:60])
    assert not list(loader.folder.glob("warehouse/*")), "a work folder was left"


def test_versions_are_decided_as_on_duckdb(both: PostgresLoaders) -> None:
    """Duplicates, corrections and conflicts of random versions, load after load."""
    both.load_random_versions()


def test_the_same_folder_twice_changes_nothing(both: PostgresLoaders) -> None:
    """Known bytes are not read again, and odd text arrives as it is."""
    both.load_folder(HARD_CASES)
    rows = both.query("select count(*) from raw.subscription_events")
    again = both.load_folder(HARD_CASES).summary["tables"]["subscription_events"]
    assert again["loaded"] == 0
    assert again["duplicates"] == again["read"]
    assert both.query("select count(*) from raw.subscription_events") == rows


def test_odd_text_and_quarantine(both: PostgresLoaders) -> None:
    """What COPY could take for null or for an end is text; nothing is empty text."""
    lines = [
        '{},"{}",payment,2024-01-01,5'.format(n, text.replace('"', '""'))
        for n, text in enumerate(ODD_TEXTS)
    ]
    bad = ["bad,c,payment,yesterday,5", "nul,\0,payment,2024-01-01,5", "e,,payment"]
    both.load(revenue(*lines, 'empty,"",payment,2024-01-01,5', *bad))
    found = both.query("select customer_id from raw.revenue_events order by event_id")
    assert [row[0] for row in found] == [*ODD_TEXTS, None]
    assert both.query("select count(*) from raw.quarantine") == [(3,)]
    # A reason that has passed: the rows are read again, the bad ones counted once.
    rates = "rate_date,currency,rate\n2024-01-01,CHF,1.1\n"
    header = "event_id,customer_id,event_type,occurred_at,amount,currency"
    paid = revenue("f1,c,payment,2024-01-01,5,CHF", "f2,c,x,2024-01-01,5,CHF",
                   header=header)  # fmt: skip
    assert both.load(paid).reasons("revenue_events") == {
        "unknown_currency": 1,
        "unknown_event_type": 1,
    }
    second = both.load(paid | {"exchange_rates.csv": rates})
    assert second.counts("revenue_events") == (2, 1, 1, 0)
    # The rate of an earlier load is known.
    assert both.load(
        revenue("f3,c,payment,2024-01-02,5,CHF", header=header)
    ).counts("revenue_events") == (1, 1, 0, 0)  # fmt: skip


def test_a_schema_prefix(both: PostgresLoaders) -> None:
    """Two people share a database; the loads of one are unknown to the other."""
    source = both.loader.source(revenue("e1,c,payment,2024-01-01,5"))
    for prefix in ("anna_", "", "anna_"):
        assert both.run(source, "--vars", f"{{schema_prefix: '{prefix}'}}").status == 0
    found = both.query(
        "select (select count(*) from anna_raw.loads), "
        "(select count(*) from anna_raw.revenue_events), "
        "(select count(*) from raw.loads)"
    )
    assert found == [(2, 1, 1)]


def test_a_held_lock_is_one_sentence(both: PostgresLoaders) -> None:
    """Exit status 3 while another load runs into the same schema, and no longer."""
    source = both.loader.source(with_event({}))
    with both.connect() as connection:
        connection.cursor().execute(
            "select pg_advisory_lock(hashtext('load_raw.py'), hashtext('raw'))"
        )
        outcome = both.run(source)
        assert both.run(source, "--vars", "{schema_prefix: x_}").status == 0
    assert outcome.status == 3
    assert outcome.error.endswith(": another load is running\n")
    assert both.run(source).status == 0


def test_a_failed_write_leaves_nothing(both: PostgresLoaders) -> None:
    """The row of raw.loads cannot be written: no other row stays."""
    both.load(revenue("e1,c,payment,2024-01-01,5"))
    with both.connect() as connection:
        connection.cursor().execute("alter table raw.loads drop column status")
        connection.commit()
    outcome = both.run(both.loader.source(revenue("e2,c,payment,2024-01-01,5")))
    assert outcome.status == 1
    assert outcome.error.count("\n") == 1
    assert "nothing was loaded" in outcome.error
    assert both.query("select event_id from raw.revenue_events") == [("e1",)]
    assert both.query("select count(*) from raw.load_files") == [(1,)]


def test_a_killed_load_leaves_no_trace(both: PostgresLoaders) -> None:
    """Killed at any moment: all of the load or nothing, and the next one heals."""
    rng = random.Random(9)  # noqa: S311
    rows = [f"e{n},c{n % 99},payment,2024-01-01,{n}" for n in range(KILL_ROWS)]
    source = both.loader.source(revenue(*rows, "bad"))
    command = [
        *(sys.executable, str(PROJECT / "scripts/load_raw.py"), str(source)),
        *("--target", "postgres"),
    ]
    variables = os.environ | both.engine.environment
    began = time.monotonic()
    subprocess.run(
        [*command, "--vars", "{schema_prefix: a_}"], env=variables, check=True
    )
    duration = time.monotonic() - began
    for kill in range(KILLS):
        prefix = f"{{schema_prefix: k{kill}_}}"
        first = both.loader.source(revenue("first,c,payment,2024-01-01,5"))
        assert both.run(first, "--vars", prefix).status == 0
        process = subprocess.Popen([*command, "--vars", prefix], env=variables)
        time.sleep(duration * (0.3 + 0.7 * (kill + rng.random()) / KILLS))
        process.send_signal(signal.SIGKILL)
        process.wait()
        (found,) = both.query(
            f"select (select count(*) from k{kill}_raw.loads), "
            f"(select count(*) from k{kill}_raw.revenue_events), "
            f"(select count(*) from k{kill}_raw.quarantine)"
        )
        assert found in {(1, 1, 0), (2, KILL_ROWS + 1, 1)}
        assert _patiently(both, source, prefix).status == 0
        assert both.query(f"select count(*) from k{kill}_raw.revenue_events") == [
            (KILL_ROWS + 1,)
        ]


def _patiently(both: PostgresLoaders, source: Path, prefix: str) -> Outcome:
    """Load; the server may need a moment to see that a client is gone."""
    for _ in range(100):
        outcome = both.run(source, "--vars", prefix)
        if outcome.status != 3:
            return outcome
        time.sleep(0.1)
    return outcome


def test_a_server_that_is_not_there(both: PostgresLoaders) -> None:
    """Exit status 1 and one sentence; a missing variable is wrong use, status 2."""
    source = both.loader.source(with_event({}))
    with environment(**both.engine.environment | {"DBT_POSTGRES_PORT": "1"}):
        outcome = both.loader.run(source, "--target", "postgres")
    assert outcome.status == 1
    assert "the server cannot be reached" in outcome.error
    assert outcome.error.count("\n") == 1
    wrong = {"DBT_ENV_SECRET_POSTGRES_PASSWORD": "guessed"}
    with environment(**both.engine.environment | wrong):
        outcome = both.loader.run(source, "--target", "postgres")
    assert outcome.status == 1
    assert "password authentication failed" in outcome.error
    assert "guessed" not in outcome.error


def test_a_target_that_is_not_configured(
    loader: Loader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, and the sentence names the variable."""
    monkeypatch.delenv("DBT_POSTGRES_USER", raising=False)
    source = loader.source(with_event({}))
    assert load_raw.main([str(source), "--target", "postgres"]) == 2
    assert (
        "environment variable DBT_POSTGRES_USER is not set" in capsys.readouterr().err
    )
    monkeypatch.setitem(sys.modules, "loading.postgres_warehouse", None)
    assert load_raw.main([str(source), "--target", "postgres"]) == 2
    assert "client is not installed" in capsys.readouterr().err
