"""Postgres gives the numbers of DuckDB, to the last cell; readers see marts only."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import generate_sample
import psycopg2
import pytest
from engines.comparison import mart_keys
from engines.duckdb_engine import DuckDbEngine
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.side_by_side import build_all, compare_marts
from project_build import MODELS_ONLY, PROJECT, WITHOUT_UNIT_TESTS
from test_random_histories import OTHER_POLICIES

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
SAMPLE = ("--customers", "300", "--months", "24", "--seed", "7")
READER, PASSWORD = "bi_reader", "reads"
# In this zone two days of the hard cases have no midnight.
ODD_ZONE = "Africa/Cairo"
RecordCells = Callable[[str, int, int], None]
Built = tuple[DuckDbEngine, PostgresEngine]


@pytest.fixture(scope="module")
def sample(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Built:
    """Return both engines with a sample loaded and nothing built."""
    folder = tmp_path_factory.mktemp("engines")
    source = folder / "source"
    assert generate_sample.main([str(source), *SAMPLE]) == 0
    engines = (
        DuckDbEngine(folder / "duckdb"),
        PostgresEngine(folder / "sample", postgres_server),
    )
    for engine in engines:
        engine.load(source)
    with closing(postgres_server.connect("postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create role {READER} login password '{PASSWORD}'")
    return engines


def test_sample(sample: Built, record_cells: RecordCells) -> None:
    """`dbt build --target postgres`: every model, data test and unit test passes."""
    duckdb_engine, postgres_engine = sample
    duckdb_engine.build({}, *MODELS_ONLY)
    postgres_engine.build({"marts_reader": READER})
    marts = compare_marts(duckdb_engine, postgres_engine, {})
    cells = sum(mart.cells for mart in marts)
    record_cells("postgres, sample", cells, sum(mart.differing for mart in marts))
    assert not [example for mart in marts for example in mart.examples]
    # Nothing was published yet, so nothing was restated.
    assert [mart.mart for mart in marts if not mart.rows] == ["fct_restatements"]


def test_hard_cases(
    tmp_path: Path, postgres_server: PostgresServer, record_cells: RecordCells
) -> None:
    """No policy at its default, under a prefix, with a client in another zone."""
    engines = (
        DuckDbEngine(tmp_path / "duckdb"),
        PostgresEngine(tmp_path / "hard_cases", postgres_server, ODD_ZONE),
    )
    variables = {**OTHER_POLICIES, "schema_prefix": "anna_"}
    _, report = build_all(engines, HARD_CASES, variables, *WITHOUT_UNIT_TESTS)
    record_cells("postgres, hard cases", report.cells, report.differing)
    assert not [example for mart in report.marts for example in mart.examples]
    assert report.cells > 0


def test_a_reader_sees_marts_only(
    sample: Built, postgres_server: PostgresServer
) -> None:
    """Logged in as the role: every mart is read, nothing else, nothing is written."""
    _, engine = sample
    engine.build({"marts_reader": READER}, "--select", "fct_orders", *MODELS_ONLY)
    with closing(
        postgres_server.connect(engine.database, READER, PASSWORD)
    ) as connection:
        cursor = connection.cursor()
        for key in mart_keys():
            cursor.execute(f"select * from marts.{key.mart} limit 1")
            # Nothing was published yet, so nothing was restated.
            assert bool(cursor.fetchall()) == (key.mart != "fct_restatements")
        for statement in (
            "select * from raw.customers",
            "select * from raw.loads",
            "select * from staging.stg_customers",
            "select * from intermediate.int_customers",
            "delete from marts.fct_orders",
            "insert into marts.fct_orders select * from marts.fct_orders",
            "drop table marts.fct_orders",
            "create table marts.mine (a integer)",
            "create table public.mine (a integer)",
        ):
            with pytest.raises(
                psycopg2.Error, match=r"permission denied|must be owner"
            ):
                cursor.execute(statement)
            connection.rollback()


def test_a_difference_is_noticed(sample: Built) -> None:
    """A cell changed by the least amount, a row too many, a row too few."""
    _, engine = sample
    changes = {
        "fct_mrr_movements": "update marts.{} set mrr_after = mrr_after + 0.0001 "
        "where movement_number = 1 and customer_id = "
        "(select min(customer_id) from marts.{})",
        "metrics_repeat_purchase_by_period": "update marts.{} set "
        "repeat_purchase_rate = repeat_purchase_rate + 0.00000001 "
        "where period_grain = 'year'",
        "fct_orders": "delete from marts.{} where order_number = 1",
        "dim_customers": "update marts.{} set country = upper(country) || 'x'",
    }
    with closing(engine.server.connect(engine.database)) as connection:
        for mart, statement in changes.items():
            connection.cursor().execute(statement.format(mart, mart))
        connection.commit()
    found = {mart.mart: mart for mart in compare_marts(*sample, {})}
    differing = {name: mart.differing for name, mart in found.items() if mart.differing}
    assert set(differing) == set(changes)
    assert differing["fct_mrr_movements"] == 1
    assert found["fct_mrr_movements"].examples[0].count("mrr_after is ") == 1
