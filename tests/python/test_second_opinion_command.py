"""The command validate_marts: what it prints, and its exit status."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from second_opinion.benchmarks import read_benchmarks
from second_opinion.mart_columns import MART_COLUMNS
from second_opinion.mart_keys import KEYS
from second_opinion.policies import Policies
from second_opinion.raw_rows import (
    ActivityEvent,
    Customer,
    RawData,
    RevenueEvent,
    SubscriptionEvent,
)
from second_opinion.reading import read_churn_kinds
from second_opinion.recompute import recompute
from second_opinion.writing import insert_rows, write_raw
from validate_marts import PROJECT, main

TYPES: list[tuple[type, str]] = [
    (bool, "boolean"),
    (datetime, "timestamp"),
    (date, "date"),
    (Decimal, "decimal(28,4)"),
    (int, "bigint"),
    (float, "double"),
]
VARS = ["--vars", json.dumps({"as_of_date": "2024-02-10"})]


def type_of(values: list[object]) -> str:
    """Return the DuckDB type of a column from its values."""
    for value in values:
        for kind, name in TYPES:
            if isinstance(value, kind):
                return name
    return "varchar"


def raw_rows() -> RawData:
    """Return two customers who differ in everything."""
    return RawData(
        customers=[Customer(customer_id="a", country="DE")],
        subscription_events=[
            SubscriptionEvent(
                event_id=f"{customer_id}-{kind}",
                customer_id=customer_id,
                subscription_id="s",
                event_type=kind,
                occurred_at=instant,
                billing_interval="month",
                unit_amount=Decimal(10),
            )
            for customer_id, kind, instant in (
                ("a", "started", datetime(2024, 1, 10)),
                ("b", "started", datetime(2024, 1, 12)),
                ("b", "ended", datetime(2024, 2, 5)),
            )
        ],
        revenue_events=[
            RevenueEvent(
                event_id="p",
                customer_id="a",
                event_type="payment",
                occurred_at=datetime(2024, 1, 20),
                amount=Decimal(5),
            )
        ],
        activity_events=[
            ActivityEvent(
                customer_id="b", event_name="login", occurred_at=datetime(2024, 1, 5)
            )
        ],
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database whose marts are what the second opinion expects."""
    path = tmp_path_factory.mktemp("second_opinion") / "built.duckdb"
    raw = raw_rows()
    policies = Policies(
        as_of_date=date(2024, 2, 10),
        churn_kinds=read_churn_kinds(PROJECT),
        benchmarks=read_benchmarks(PROJECT),
    )
    marts = recompute(raw, policies)
    with duckdb.connect(str(path)) as connection:
        write_raw(connection, raw)
        connection.execute("begin transaction")
        connection.execute("create schema marts")
        for mart, rows in marts.items():
            columns = [*KEYS[mart], *MART_COLUMNS[mart]]
            cells = {name: [row[name] for row in rows] for name in columns}
            types = {name: type_of(values) for name, values in cells.items()}
            described = ", ".join(f"{name} {kind}" for name, kind in types.items())
            connection.execute(f"create table marts.{mart} ({described})")
            insert_rows(connection, f"marts.{mart}", zip(*cells.values(), strict=True))
        connection.execute("commit")
    return path


@pytest.fixture
def database(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the database that a test may spoil."""
    path = Path(shutil.copy(built, tmp_path))
    monkeypatch.setenv("DBT_DUCKDB_PATH", str(path))
    return path


def change(path: Path, statement: str) -> None:
    """Spoil a mart."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def test_marts_that_agree(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing differs: exit status 0, and the figure is the last line."""
    assert database.is_file()
    assert main(VARS) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"marts {len(KEYS)}, cells ")
    assert last.endswith("differing 0")


def test_a_differing_cell_is_listed(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One cent is enough: exit status 1, with mart, key, column and both values."""
    change(database, "update marts.fct_churns set lost_mrr = 10.01")
    assert main(VARS) == 1
    shown = capsys.readouterr().out
    assert "fct_churns (subscription, b, 2024-02-05 00:00:00) lost_mrr" in shown
    assert "expected 10.0000, found 10.0100" in shown


def test_a_mart_that_is_not_built_differs_unless_left_out(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing mart is not silently skipped."""
    change(database, "drop table marts.metrics_mrr_by_period")
    assert main(VARS) == 1
    assert "not built" in capsys.readouterr().out
    assert main([*VARS, "--only", "fct_churns", "dim_customers"]) == 0


def test_a_column_that_is_not_built_differs(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every column of the interface must be there."""
    change(database, "alter table marts.dim_customers drop column order_count")
    assert main(VARS) == 1
    assert "order_count: expected column, found not built" in capsys.readouterr().out


def test_a_sample_compares_the_marts_by_customer(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the rows of the sampled customers are compared."""
    assert database.is_file()
    assert main([*VARS, "--customers", "1", "--seed", "3"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("marts 6, cells ")
    change(database, "delete from marts.dim_customers")
    assert main([*VARS, "--customers", "2"]) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--nonsense"], 2, "No such option"),
        (["--customers", "-1"], 2, "--customers"),
        (["--only", "fct_nothing"], 2, "known marts are"),
        (["--target", "postgres"], 2, "only duckdb"),
        (["--vars", "[1"], 2, "--vars"),
        (["--vars", '{"as_of_date": "soon"}'], 2, "as_of_date"),
        (["--vars", '{"reporting_timezone": "Mars"}'], 2, "Mars"),
    ],
)
def test_wrong_use_is_one_sentence(
    database: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    words: str,
) -> None:
    """No traceback for a user's mistake."""
    assert database.is_file()
    assert main(arguments) == status
    message = capsys.readouterr().err
    assert words in message
    assert len(message.splitlines()) == 1


def test_no_database_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file that is missing is named."""
    monkeypatch.setenv("DBT_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    assert main([]) == 1
    assert "none.duckdb: no such database" in capsys.readouterr().err
