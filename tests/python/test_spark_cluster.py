"""scripts/spark_cluster.py: what it says where no cluster is; and a whole cluster."""

import json
import os
import re
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import generate_sample
import pytest
import spark_cluster
from engines.duckdb_engine import DuckDbEngine
from engines.iceberg_engine import IcebergEngine
from engines.postgres_server import PostgresServer
from engines.side_by_side import build_all, compare_marts
from engines.spark_cluster_engine import SparkClusterEngine
from project_build import MODELS_ONLY, PROJECT, environment
from spark_processes.errors import ClusterError
from spark_processes.iceberg import IcebergCatalog
from spark_processes.process import ClusterProcess
from spark_processes.shares import Shares, last_build
from test_postgres_incremental import VARIABLES, split

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
RecordCells = Callable[[str, int, int], None]
Said = tuple[int, str, str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a function that runs the command on a cluster folder of its own."""

    def run(*arguments: str) -> Said:
        with environment(DBT_SPARK_WAREHOUSE=str(tmp_path / "warehouse")):
            status = spark_cluster.main([*arguments, "--folder", str(tmp_path / "c")])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_where_no_cluster_is(run: Callable[..., Said]) -> None:
    """Status says so, stop has nothing to stop, nothing was built."""
    assert run("status") == (1, "no cluster runs here\n", "")
    assert run("stop") == (0, "stopped 0 processes\n", "")
    status, _, error = run("shares")
    assert (status, error.count("\n")) == (1, 1)
    assert error.endswith("no event log there\n")


def test_wrong_use_is_one_sentence(run: Callable[..., Said]) -> None:
    """Exit status 2."""
    for wrong in (["pause"], ["start", "--workers", "0"], ["start", "--cores", "x"]):
        status, _, error = run(*wrong)
        assert (status, error.count("\n")) == (2, 1), wrong


def test_what_hinders_a_start(run: Callable[..., Said], tmp_path: Path) -> None:
    """No environment, a port in use: one sentence, exit status 1, nothing is left."""
    status, _, error = run("start", "--environment", str(tmp_path / "none"))
    assert (status, error.count("\n")) == (1, 1)
    assert error.endswith("no PySpark there; make environment-spark-cluster\n")
    (tmp_path / "venv/lib/python3.11/site-packages/pyspark").mkdir(parents=True)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, error = run(
            *("start", "--environment", str(tmp_path / "venv")),
            *("--master-port", str(port)),
        )
    assert status == 1
    assert error.endswith(f"port {port} of 127.0.0.1 is taken by another program\n")
    assert not (tmp_path / "c").exists()


def test_a_process_and_its_children_are_stopped(tmp_path: Path) -> None:
    """An id that now belongs to another process is not stopped."""
    for name in ("logs", "pids"):
        (tmp_path / name).mkdir()
    process = ClusterProcess("worker_1", tmp_path)
    process.start(["sh", "-c", "sleep 100 & echo begun; wait"], dict(os.environ))
    pid = process.pid()
    assert pid is not None
    assert process.memory() > 0
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while not (child := children.read_text().strip()):
        pass
    note = tmp_path / "pids" / "worker_1"
    kept = note.read_text()
    note.write_text(f"{pid} 1")
    assert process.pid() is None
    assert not process.stop()
    assert Path(f"/proc/{child}").exists()
    note.write_text(kept)
    assert process.stop()
    assert not Path(f"/proc/{child}").exists()
    assert process.last_line() == "begun"


def test_shares_are_read_from_the_event_log(tmp_path: Path) -> None:
    """Two builds: the last one has a second without a task, and half of it is scan."""
    lines = [_task(0, 500), _task(100_000, 101_000, read=70), _task(100_500, 101_500)]
    lines += [_task(102_500, 103_000, fetched=9), '{"Event": "SparkListenerJobEnd"}']
    (tmp_path / "app-1").write_text("\n".join(lines), encoding="utf-8")
    assert last_build(tmp_path) == Shares(3.0, 1.0, 3, 1.0, 0.5, 1.0, 70, 15)


def _task(begin: int, end: int, read: int = 0, fetched: int = 0) -> str:
    return json.dumps(
        {
            "Event": "SparkListenerTaskEnd",
            "Task Info": {"Launch Time": begin, "Finish Time": end},
            "Task Metrics": {
                "Executor Run Time": end - begin,
                "Input Metrics": {"Bytes Read": read},
                "Shuffle Read Metrics": {"Local Bytes Read": fetched},
                "Shuffle Write Metrics": {"Shuffle Bytes Written": 5},
            },
        },
        separators=(",", ":"),
    )


@pytest.mark.skipif(
    not os.environ.get("SPARK_CLUSTER"),
    reason="ten minutes: SPARK_CLUSTER=<customers of the second load>",
)
def test_a_whole_cluster(
    run: Callable[..., Said], tmp_path: Path, record_cells: RecordCells
) -> None:
    """The cells of DuckDB, after a first and a second load; then nothing runs."""
    sample = tmp_path / "sample"
    size = ("--customers", os.environ["SPARK_CLUSTER"], "--months", "36", "--seed", "1")
    assert generate_sample.main([str(sample), *size]) == 0
    assert run("start")[0] == 0
    try:
        assert run("status")[0] == 0
        assert run("start")[2].endswith("stop it first\n")
        engines = (
            DuckDbEngine(tmp_path / "duckdb"),
            SparkClusterEngine(tmp_path, tmp_path / "warehouse"),
        )
        for source in (HARD_CASES, sample):
            _, report = build_all(engines, source, {}, *MODELS_ONLY)
            name = f"spark cluster, {source.name}"
            record_cells(name, report.cells, report.differing)
            assert not [example for mart in report.marts for example in mart.examples]
            assert report.cells > 0
        assert run("shares")[0] == 0
    finally:
        assert run("stop")[:2] == (0, "stopped 4 processes\n")
    commands = [
        path.read_bytes().decode(errors="replace")
        for path in Path("/proc").glob("[0-9]*/cmdline")
    ]
    assert not [command for command in commands if str(tmp_path) in command]


def test_iceberg_wants_a_catalog(
    run: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable or a jar that is missing is one sentence."""
    monkeypatch.delenv("DBT_POSTGRES_USER", raising=False)
    status, _, error = run("start", "--iceberg")
    assert (status, error.count("\n")) == (1, 1)
    assert "DBT_POSTGRES_USER" in error
    catalog = IcebergCatalog("jdbc:postgresql://127.0.0.1:1/x", "anna", "secret")
    with pytest.raises(ClusterError, match="make environment-iceberg"):
        catalog.spark_settings(tmp_path, tmp_path)


@pytest.mark.skipif(
    not os.environ.get("SPARK_ICEBERG"),
    reason="ten minutes: SPARK_ICEBERG=1",
)
def test_iceberg_continues_a_build(
    run: Callable[..., Said], tmp_path: Path, record_cells: RecordCells
) -> None:
    """After a second load: touched customers only, and the cells of DuckDB."""
    first, second = tmp_path / "first", tmp_path / "second"
    split(first, second)
    at_once = DuckDbEngine(tmp_path / "duckdb")
    # Each session of dbt holds a connection to the catalog.
    with PostgresServer({"max_connections": "1000"}) as server:
        server.create_database("catalog")
        with environment(**server.environment("catalog")):
            assert run("start", "--iceberg")[0] == 0
        try:
            continued = IcebergEngine(tmp_path / "iceberg", tmp_path / "warehouse")
            log = continued.folder / "logs" / "dbt.log"
            for engine in (continued, at_once):
                engine.load(first)
            continued.build(VARIABLES, *MODELS_ONLY)
            built = _written(log)
            for engine in (continued, at_once):
                engine.load(second)
                engine.build(VARIABLES, *MODELS_ONLY)
            again = _written(log) - built
            marts = compare_marts(at_once, continued, VARIABLES)
        finally:
            assert run("stop")[0] == 0
    cells = sum(mart.cells for mart in marts)
    record_cells("iceberg, second run", cells, sum(mart.differing for mart in marts))
    assert not [example for mart in marts for example in mart.examples]
    # Not one table by customer was written anew; int_segment_sets adds up.
    assert built["int_customer_spans"] == built["int_segment_sets"] == 1
    assert not again["int_customer_spans"]
    assert not again["int_segment_sets"]
    assert again["metrics_mrr_by_period"] == 1


def _written(log: Path) -> Counter[str]:
    """Count how often each table was written whole."""
    text = log.read_text(encoding="utf-8")
    return Counter(re.findall(r"create or replace table \w+\.(\w+)", text))
