"""Spark, in a session of its own, gives the numbers of DuckDB, to the last cell."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import generate_sample
import pytest
from engines.duckdb_engine import DuckDbEngine
from engines.side_by_side import compare_marts
from engines.spark_engine import SparkEngine
from project_build import MODELS_ONLY, PROJECT
from test_random_histories import OTHER_POLICIES

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
# In this zone two days of the hard cases have no midnight.
ODD_ZONE = "Africa/Cairo"
LONG = pytest.mark.skipif(
    not os.environ.get("SPARK_LONG"), reason="a quarter of an hour: SPARK_LONG=1"
)
# What another client of the files sees, whose sessions are in another zone.
OTHER_CLIENT = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.sql.session.timeZone", sys.argv[2])
movements = spark.getOrCreate().read.parquet(sys.argv[1])
first = movements.selectExpr("min(occurred_at) as first_at")
found = first.selectExpr("unix_micros(first_at)", "cast(first_at as string)")
print(*found.collect()[0], sep="|")
"""
RecordCells = Callable[[str, int, int], None]


def test_hard_cases(tmp_path: Path, record_cells: RecordCells) -> None:
    """No policy at its default, under a prefix, from a machine in another zone."""
    duckdb_engine = DuckDbEngine(tmp_path / "duckdb")
    spark_engine = SparkEngine(tmp_path / "spark", ODD_ZONE)
    variables = {**OTHER_POLICIES, "schema_prefix": "anna_"}
    for engine in (duckdb_engine, spark_engine):
        engine.load(HARD_CASES, variables)
        engine.build(variables, *MODELS_ONLY)
    marts = compare_marts(duckdb_engine, spark_engine, variables)
    cells = sum(mart.cells for mart in marts)
    record_cells("spark, hard cases", cells, sum(mart.differing for mart in marts))
    assert not [example for mart in marts for example in mart.examples]
    # Nothing was published yet, so nothing was restated.
    assert [mart.mart for mart in marts if not mart.rows] == ["fct_restatements"]
    assert_instants_are_utc(duckdb_engine, spark_engine)


def assert_instants_are_utc(
    duckdb_engine: DuckDbEngine, spark_engine: SparkEngine
) -> None:
    """Read an instant as a Spark client in another zone: it is that of DuckDB."""
    folder = spark_engine.warehouse / "anna_marts.db" / "fct_mrr_movements"
    read = subprocess.run(
        [sys.executable, "-c", OTHER_CLIENT, str(folder), "Asia/Kolkata"],
        env=os.environ | spark_engine.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    with duckdb.connect(str(duckdb_engine.path), read_only=True) as connection:
        expected = connection.execute(
            "select epoch_us(min(occurred_at)), "
            "strftime(min(occurred_at) + interval '330 minutes', '%Y-%m-%d %H:%M:%S') "
            "from anna_marts.fct_mrr_movements"
        ).fetchall()
    micros, shown = read.stdout.strip().split("|")
    assert [(int(micros), shown)] == expected


@LONG
def test_tests_and_a_second_run(tmp_path: Path, record_cells: RecordCells) -> None:
    """Every data and unit test passes; after a second load all is as on DuckDB."""
    duckdb_engine = DuckDbEngine(tmp_path / "duckdb")
    spark_engine = SparkEngine(tmp_path / "spark")
    sample = tmp_path / "sample"
    size = ("--customers", "100", "--months", "18", "--seed", "7")
    assert generate_sample.main([str(sample), *size]) == 0
    spark_engine.load(HARD_CASES)
    spark_engine.build()
    spark_engine.load(sample)
    spark_engine.build({}, *MODELS_ONLY)
    # DuckDB builds both loads at once.
    duckdb_engine.load(HARD_CASES)
    duckdb_engine.load(sample)
    duckdb_engine.build({}, *MODELS_ONLY)
    marts = compare_marts(duckdb_engine, spark_engine, {})
    cells = sum(mart.cells for mart in marts)
    record_cells("spark, second run", cells, sum(mart.differing for mart in marts))
    assert not [example for mart in marts for example in mart.examples]
