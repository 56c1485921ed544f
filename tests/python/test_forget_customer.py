"""A person who asks for it is gone from every file, byte by byte, and stays away."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import forget_customer
import pytest
from project_build import MODELS_ONLY, Warehouse, environment
from refresh_helpers import Refresher
from refreshing.accounting import check_raw_rows
from refreshing.folder import FILE_OF_LINK, WAREHOUSE, PublishFolder
from refreshing.publish import (
    close_candidate,
    publish,
    write_marts,
    write_publication,
)
from refreshing.versions import new_version_id
from refreshing.warehouse_file import opened

LIMIT = "500MB"
# Ids, words and times of the person; `carla-2` was merged into `carla-1`.
TRACES = (
    "carla-1",
    "carla-2",
    "carla@mail.test",
    "Carla Canary",
    "+49 555 0199",
    "carlas-event",
    "carlas-subscription",
    "carlas-order",
    "carlas-answer",
    "so says she",
)
SOURCE = {
    "customers.csv": """customer_id,email,full_name,country,merged_into_customer_id
carla-1,carla@mail.test,Carla Canary,DE,
carla-2,carla@mail.test,Carla Canary,DE,carla-1
carla-10,other@mail.test,Other,FR,
bob,bob@mail.test,Bob,FR,
""",
    "customer_attributes.csv": """customer_id,attribute_name,attribute_value
carla-1,phone,+49 555 0199
bob,size,small
""",
    "subscription_events.csv": """event_id,customer_id,subscription_id,event_type,\
occurred_at,plan_id,billing_interval,unit_amount,recorded_at
carlas-event-1,carla-1,carlas-subscription,started,2024-01-10,pro,month,50,2024-01-10
carlas-event-1,carla-1,carlas-subscription,started,2024-01-11,pro,month,60,2024-01-12
carlas-event-2,carla-1,carlas-subscription,ended,soon,,,,
e3,bob,s2,started,2024-01-15,basic,month,20,
e4,carla-10,s3,started,2024-01-16,basic,month,30,
""",
    "revenue_events.csv": """event_id,customer_id,event_type,occurred_at,amount,order_id
carlas-event-3,carla-2,payment,2024-02-10,50,carlas-order
carlas-event-4,carla-2,payment,2024-02-10,50,carlas-order,too,many,cells
r2,bob,payment,2024-02-11,20,o2
""",
    "activity_events.csv": """customer_id,event_name,occurred_at
carla-1,login,2024-01-11
bob,login,2024-01-12
""",
    "survey_responses.csv": """response_id,customer_id,survey_type,responded_at,score,\
comment
carlas-answer,carla-1,nps,2024-01-20,9,so says she
""",
}
BAD_ALLOWED = ("--max-quarantined-share", "1")


def publish_copy(folder: PublishFolder, built: Path) -> None:
    """Publish a built warehouse."""
    folder.candidate.mkdir()
    candidate = folder.candidate / WAREHOUSE
    shutil.copy(built, candidate)
    version_id, published_at = new_version_id(folder.version_ids())
    with opened(candidate, LIMIT) as connection:
        write_publication(connection, version_id, published_at)
    close_candidate(candidate, LIMIT)
    write_marts(candidate, LIMIT)
    publish(folder, version_id)


@pytest.fixture(scope="module")
def built_once(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return a warehouse with every mart."""
    warehouse = new_warehouse()
    warehouse.load_files(SOURCE, *BAD_ALLOWED)
    outcome = warehouse.project.invoke(
        warehouse.path, ["build", *MODELS_ONLY], {"as_of_date": "2024-05-01"}
    )
    assert outcome.success, outcome.failures
    return warehouse


@pytest.fixture
def files(built_once: Warehouse, tmp_path: Path) -> tuple[PublishFolder, Path]:
    """Return a publish folder with two versions, and a warehouse for development."""
    folder = PublishFolder(tmp_path / "published")
    folder.prepare()
    for _ in range(2):
        publish_copy(folder, built_once.path)
    development = tmp_path / "dev" / WAREHOUSE
    development.parent.mkdir()
    shutil.copy(built_once.path, development)
    return folder, development


def forget(files: tuple[PublishFolder, Path], *arguments: str) -> int:
    """Run the command on the folder and the warehouse for development."""
    folder, development = files
    with environment(DBT_DUCKDB_PATH=str(development)):
        return forget_customer.main([*arguments, "--publish-to", str(folder.path)])


# Somebody else; where a block of the file's metadata ends within the name, DuckDB
# writes 8 bytes that point to the next block.
CARLA_10 = re.compile(rb"carla-1(.{8})?0", re.DOTALL)


def found_traces(folder: Path) -> set[str]:
    """Return the traces whose bytes are in any file; `carla-10` is somebody else."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = CARLA_10.sub(b"", path.read_bytes())
            found |= {trace for trace in TRACES if trace.encode() in content}
    return found


def test_no_byte_of_the_person_is_left(
    files: tuple[PublishFolder, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In no version, no mart, no freed block; everybody else is still there."""
    assert found_traces(tmp_path) == set(TRACES)
    assert forget(files, "carla-2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["customer_ids"] == ["carla-1", "carla-2"]
    assert len(told["files"]) == 5
    removed = told["files"][str(files[1])]
    assert removed["raw.customers"] == 2
    assert removed["raw.subscription_events"] == 2
    assert removed["raw.quarantine"] == 2
    assert removed["marts.fct_orders"] == 1
    assert found_traces(tmp_path) == set()
    for name in FILE_OF_LINK:
        with duckdb.connect(str(files[0].path / name), read_only=True) as connection:
            customers = connection.execute(
                "select customer_id from marts.dim_customers order by 1"
            ).fetchall()
        assert customers == [("bob",), ("carla-10",)]


def test_every_file_is_whole_afterwards(files: tuple[PublishFolder, Path]) -> None:
    """Modes, views and the account of raw rows; the sums stay as they were reported."""
    folder, development = files
    total = "select sum(ending_mrr) from marts.metrics_mrr_by_period"
    with duckdb.connect(str(development), read_only=True) as connection:
        before = connection.execute(total).fetchall()
    modes = [path.stat().st_mode for path in folder.versions.rglob("*.duckdb")]
    assert forget(files, "carla-1") == 0
    assert [p.stat().st_mode for p in folder.versions.rglob("*.duckdb")] == modes
    assert not folder.erasing.exists()
    for version_id in folder.version_ids():
        with opened(
            folder.version(version_id) / WAREHOUSE, LIMIT, read_only=True
        ) as connection:
            check_raw_rows(connection)
            assert connection.execute(total).fetchall() == before
            views = connection.execute(
                "select schema_name, view_name from duckdb_views() "
                "where database_name = 'warehouse' and not internal"
            ).fetchall()
            assert len(views) >= 8
            for schema, view in views:
                connection.execute(f"from {schema}.{view}").fetchall()


def test_a_second_time_finds_nothing_more(
    files: tuple[PublishFolder, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that was killed half-way is simply run again."""
    assert forget(files, "carla-1") == 0
    capsys.readouterr()
    assert forget(files, "carla-1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert all(removed == {} for removed in told["files"].values())


def test_an_unknown_customer_is_refused(
    files: tuple[PublishFolder, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of the pen changes nothing."""
    before = {path: path.read_bytes() for path in files[0].versions.rglob("*.duckdb")}
    assert forget(files, "carla") == 1
    assert "'carla': no such customer in 5 files; nothing changed" in (
        capsys.readouterr().err
    )
    after = {path: path.read_bytes() for path in files[0].versions.rglob("*.duckdb")}
    assert after == before


def test_a_later_load_counts_the_rows_as_forgotten(
    files: tuple[PublishFolder, Path], tmp_path: Path
) -> None:
    """Rows read = loaded + duplicates + quarantined + forgotten; none comes back."""
    assert forget(files, "carla-1") == 0
    _, development = files
    warehouse = Warehouse.__new__(Warehouse)
    warehouse.folder, warehouse.path = tmp_path, development
    again = warehouse.load_files(SOURCE, *BAD_ALLOWED)
    assert {
        name: (
            counts["read"],
            counts["loaded"],
            counts["duplicates"],
            counts["quarantined"],
            counts["forgotten"],
        )
        for name, counts in again["tables"].items()
    } == {
        "customers": (4, 0, 2, 0, 2),
        "customer_attributes": (2, 0, 1, 0, 1),
        "subscription_events": (5, 0, 2, 0, 3),
        "revenue_events": (3, 0, 1, 0, 2),
        "activity_events": (2, 0, 1, 0, 1),
        "survey_responses": (1, 0, 0, 0, 1),
    }
    assert found_traces(development.parent) == set()
    more = SOURCE["subscription_events.csv"] + "e9,carla-1,s9,renewed,2024-02-01,,,,\n"
    third = warehouse.load_files({"subscription_events.csv": more}, *BAD_ALLOWED)
    assert third["tables"]["subscription_events"]["forgotten"] == 4
    with opened(development, LIMIT, read_only=True) as connection:
        check_raw_rows(connection)


def test_a_refresh_after_it_builds_sums_without_the_person(
    refresher: Refresher, day: Path
) -> None:
    """The version that is published next does not know anna; bob's rows are there."""
    with environment(DBT_DUCKDB_PATH=str(day / "nowhere.duckdb")):
        published = str(refresher.folder.path)
        assert forget_customer.main(["anna", "--publish-to", published]) == 0
    orders = "select customer_id, count(*) from marts.fct_orders group by 1 order by 1"
    assert refresher.rows(orders) == [("bob", 1)]
    summary = refresher.refresh(day, "--accept")
    assert summary["load"]["tables"]["revenue_events"]["forgotten"] == 3
    assert refresher.rows(orders) == [("bob", 1), ("cleo", 1)]
    first = (
        "select revenue_amount from marts.metrics_revenue_concentration_by_period "
        "where period_grain = 'month' order by period_start_date"
    )
    assert refresher.rows(first) == [(20,), (40,)]
