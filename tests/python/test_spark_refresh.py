"""A refresh on Spark: built under a version's name, shown by views one after the other.

A session of Spark takes long to begin, so one story is told once: rows that the loader
left, a first refresh, one whose test fails, and one that brings rows and drops a mart.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines.spark_engine import SparkEngine
from refresh_helpers import Refresher, small_project, write_source
from refreshing.dbt_session import DbtSession
from refreshing.errors import RefreshError, ServerError
from refreshing.schema_names import prefix_of
from refreshing.spark.session import SparkSession
from refreshing.spark.versions import SparkVersions
from refreshing.spark.views import Views

GONE = "fct_loads"
MODELS = (GONE, "fct_restatements", "metrics_nps_by_period")
# A version of long ago, of which but a folder is left.
ANCIENT = "20200101T000000.000000Z-0000"
ANSWERS = """response_id,customer_id,survey_type,responded_at,score
r1,anna,nps,2024-01-10,9
r2,bob,nps,2024-01-20,3
"""
LATE = "r3,cleo,nps,2024-01-25,10\n"
# Of two marts, so that a mixture shows: a closed month, and whether it was restated.
RESPONDENTS = (
    "select respondents from marts.metrics_nps_by_period "
    "where period_grain = 'month' and period_start_date = '2024-01-01'"
)
RESTATED = "select count(*) > 0 from marts.fct_restatements"
PUBLISHED = "select version_id, next_version_id from marts.publication"
VIEWS = "show views in marts"
READER = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.enableHiveSupport().config(
    "spark.sql.warehouse.dir", sys.argv[1]
).config(
    "spark.hadoop.javax.jdo.option.ConnectionURL",
    f"jdbc:derby:;databaseName={sys.argv[1]}/metastore",
).getOrCreate()
answers = [[list(row) for row in spark.sql(sql).collect()] for sql in sys.argv[2:]]
print(json.dumps(answers, default=str))
"""
# After the second mart: long enough to be killed, and seen by a folder.
STOP = """
        {% if loop.index == 3 %}
            {% do run_statement('create schema half_way') %}
            {% do run_query("select reflect('java.lang.Thread', 'sleep', 90000L)") %}
        {% endif %}
"""
PATIENCE_SECONDS = 120


class SparkRefresher(Refresher):
    """Runs the refresh of a project on one warehouse folder."""

    def __init__(self, project: Path, published: Path, engine: SparkEngine) -> None:
        """Name the folders."""
        super().__init__(project, published)
        engine.dbt()
        self.warehouse = engine.warehouse
        self.environment = engine.environment

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the refresh."""
        return [*super().command(*arguments), "--target", "spark"]

    def load(self, source: Path) -> None:
        """Load without a refresh."""
        loader = [sys.executable, "scripts/load_raw.py", str(source)]
        subprocess.run(
            [*loader, "--target", "spark"],
            cwd=self.project,
            env={**os.environ, **self.environment},
            check=True,
            capture_output=True,
        )

    def asked(self, *queries: str) -> list[list[Any]]:
        """Return the rows of queries, as one client of Spark sees them."""
        patient_until = time.monotonic() + PATIENCE_SECONDS
        while True:
            done = subprocess.run(
                [sys.executable, "-c", READER, str(self.warehouse), *queries],
                env={**os.environ, **self.environment},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                answers: list[list[Any]] = json.loads(done.stdout)
                return answers
            # The Spark of a run that was killed may still have the catalog.
            assert "SessionHiveMetaStoreClient" in done.stderr, done.stderr[-3000:]
            assert time.monotonic() < patient_until

    def files(self, version_id: str, table: str) -> str:
        """Return the files of a version's table as a relation of DuckDB."""
        schema, _, name = table.partition(".")
        folder = f"{prefix_of('', version_id)}{schema}.db"
        return f"read_parquet('{self.warehouse / folder / name}/*.parquet')"

    def folders(self) -> set[str]:
        """Return what lies in the warehouse, beside Spark's catalog."""
        return {path.name for path in self.warehouse.iterdir()} - {"metastore"}

    def says(self) -> dict[str, str]:
        """Return the ledger: which versions there are, live and coming."""
        ledger = self.warehouse / "versions"
        return {path.name: path.read_text() for path in ledger.iterdir()}

    def put_back(self) -> None:
        """Put the warehouse back to the copy that lies beside it."""
        shutil.rmtree(self.warehouse)
        shutil.copytree(self.warehouse.with_name("copy"), self.warehouse)


@dataclass
class Story:
    """A warehouse with two versions, and what the refreshes said on the way."""

    refresher: SparkRefresher
    first: dict[str, Any]
    failed: str
    untouched: bool
    second: dict[str, Any]
    links: int


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Tell it once."""
    folder = tmp_path_factory.mktemp("spark")
    refresher = SparkRefresher(
        small_project(folder / "project", MODELS),
        folder / "published",
        SparkEngine(folder / "engine"),
    )
    source = write_source(folder / "source")
    (source / "survey_responses.csv").write_text(ANSWERS, encoding="utf-8")
    refresher.load(source)
    first = refresher.refresh(source)

    project = refresher.project
    before = (refresher.folders(), refresher.says())
    refresher.project = spoiled(project, folder / "spoiled")
    day = write_source(folder / "day", later=True)
    (day / "survey_responses.csv").write_text(ANSWERS + LATE, encoding="utf-8")
    failed = refresher.refused(str(day))
    untouched = before == (refresher.folders(), refresher.says())

    refresher.project = project
    for path in project.glob(f"models/**/{GONE}*"):
        path.unlink()
    ancient = {"published_at": "2020-01-01T00:00:00"}
    ledger = refresher.warehouse / "versions" / f"{ANCIENT}.json"
    ledger.write_text(json.dumps(ancient), encoding="utf-8")
    (refresher.warehouse / f"{prefix_of('', ANCIENT)}raw.db").mkdir()
    let_go = ("--keep", "2", "--keep-minutes", "0")
    second = refresher.refresh(day, "--accept", *let_go)
    (loaded,) = refresher.warehouse.glob("raw.db/survey_responses/*.parquet")
    links = loaded.stat().st_nlink
    shutil.copytree(refresher.warehouse, refresher.warehouse.with_name("copy"))
    return Story(refresher, first, failed, untouched, second, links)


@pytest.fixture
def story(told: Story) -> Iterator[Story]:
    """Return the story with the warehouse as it was at its end."""
    yield told
    told.refresher.put_back()


def spoiled(project: Path, folder: Path) -> Path:
    """Return a copy of the project in which a test fails; staging will do."""
    shutil.copytree(project, folder, symlinks=True)
    for layer in ("intermediate", "marts"):
        shutil.rmtree(folder / "models" / layer)
    (folder / "tests" / "no_rows_at_all.sql").write_text(
        "select * from {{ ref('stg_survey_responses') }}", encoding="utf-8"
    )
    return folder


def test_views_show_the_new_version(story: Story) -> None:
    """Its rows, id and marts alone; what failed has left nothing in the catalog."""
    first, second = (each["version_id"] for each in (story.first, story.second))
    respondents, restated, published, views, schemas = story.refresher.asked(
        RESPONDENTS, RESTATED, PUBLISHED, VIEWS, "show schemas"
    )
    assert (respondents, restated) == ([[3]], [[True]])
    assert published == [[second, None]]
    assert [name for _, name, _ in views] == sorted({*MODELS, "publication"} - {GONE})
    kept = {
        f"{prefix_of('', version)}{schema}"
        for version in (first, second)
        for schema in ("raw", "staging", "intermediate", "marts")
    }
    assert {name for (name,) in schemas} == {"default", "marts", *kept}
    assert any("not atomic" in warning for warning in story.second["warnings"])


def test_rows_that_the_loader_left_are_taken_along(story: Story) -> None:
    """The first refresh loads them no second time, and a version shares their file."""
    assert story.first["load"]["tables"]["survey_responses"]["loaded"] == 0
    first, second = (each["version_id"] for each in (story.first, story.second))
    with duckdb.connect() as connection:
        counted = [
            connection.execute(
                "select load_count, load_id "
                f"from {story.refresher.files(version, 'marts.publication')}"
            ).fetchall()
            for version in (first, second)
        ]
    assert counted == [
        [(2, story.first["load"]["load_id"])],
        [(3, story.second["load"]["load_id"])],
    ]
    # Under the plain name, and in both versions.
    assert story.links == 3


def test_old_versions_are_let_go_of(story: Story) -> None:
    """Their files too; the two newest stay."""
    assert story.second["removed"] == [ANCIENT]
    says = story.refresher.says()
    ids = sorted(each["version_id"] for each in (story.first, story.second))
    assert sorted(says) == [*(f"{version}.json" for version in ids), "live"]
    prefixes = tuple(prefix_of("", version) for version in ids)
    others = {"marts.db", "raw.db", "versions", ".refresh.lock"}
    for name in story.refresher.folders():
        assert name.startswith(prefixes) or name in others


def test_a_mart_that_is_gone_is_objected_to(story: Story) -> None:
    """It fell to no rows; somebody accepted that."""
    assert story.second["accepted"] == [f"marts.{GONE} fell from 6 to 0 rows"]


def test_a_closed_month_that_changed_is_restated(story: Story) -> None:
    """A late answer arrived; the mart that went makes it another version."""
    assert story.first["restated"] == 0
    refresher, second = story.refresher, story.second
    with duckdb.connect() as connection:
        restated = connection.execute(
            "select old_value, new_value, cause "
            f"from {refresher.files(second['version_id'], 'marts.fct_restatements')} "
            "where row_key = 'month/2024-01-01' and column_name = 'respondents'"
        ).fetchall()
        arrived = connection.execute(
            "select row_key, column_name, value "
            f"from {refresher.files(second['version_id'], 'raw.published_figures')} "
            "where mart_name = 'arrivals' and row_key like 'survey/%'"
        ).fetchall()
    assert restated == [("2", "3", "version")]
    assert arrived == [("survey/2024-01-25", "late_event", "1")]
    assert second["restated"] > 0


def test_a_failing_test_publishes_nothing(story: Story) -> None:
    """No view, no version and no file is another; the sentence names the test."""
    assert "no_rows_at_all" in story.failed
    assert "nothing was published" in story.failed
    assert story.untouched


def test_a_refused_source_publishes_nothing(story: Story, tmp_path: Path) -> None:
    """Spark is not even started."""
    before = (story.refresher.folders(), story.refresher.says())
    source = write_source(tmp_path / "source")
    (source / "revenue_events.csv").write_text("event_id\n", encoding="utf-8")
    assert "missing" in story.refresher.refused(str(source))
    assert before == (story.refresher.folders(), story.refresher.says())


def test_a_run_that_is_killed_between_two_views_is_completed(
    story: Story, tmp_path: Path
) -> None:
    """Going back stops half-way, which a reader can tell; the next run goes the rest.

    That run publishes nothing itself. A mart that the older version has is back.
    """
    refresher, project = story.refresher, story.refresher.project
    old, new = (each["version_id"] for each in (story.first, story.second))
    halting = tmp_path / "halting"
    shutil.copytree(project, halting, symlinks=True)
    macro = halting / "macros" / "adapters" / "point_views.sql"
    end = "        {% do views.append(name) %}\n"
    text = macro.read_text(encoding="utf-8")
    assert text.count(end) == 1
    macro.write_text(text.replace(end, end + STOP), encoding="utf-8")
    refresher.project = halting
    process = subprocess.Popen(
        refresher.command("--rollback", old),
        cwd=halting,
        env={**os.environ, **refresher.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while not (refresher.warehouse / "half_way.db").exists():
        assert process.poll() is None
        assert time.monotonic() < patient_until
        time.sleep(0.1)
    process.kill()
    process.wait()
    refresher.project = project

    assert refresher.says()["coming"] == old
    answers = refresher.asked(RESPONDENTS, RESTATED, PUBLISHED)
    assert answers == [[[3]], [[False]], [[new, old]]]
    empty = tmp_path / "empty"
    empty.mkdir()
    refresher.refused(str(empty))
    says = refresher.says()
    assert (says["live"], "coming" in says) == (old, False)
    *answers, views = refresher.asked(RESPONDENTS, RESTATED, PUBLISHED, VIEWS)
    assert answers == [[[2]], [[False]], [[old, None]]]
    assert [name for _, name, _ in views] == sorted({*MODELS, "publication"})


class Refusing(SparkSession):
    """A session that starts or not, and refuses every macro."""

    def __init__(self, error: BaseException, *, starts: bool) -> None:
        """Take what is raised."""
        super().__init__(self.no_dbt)
        self.error = error
        self.starts = starts

    def no_dbt(self) -> DbtSession:
        """Fail: nothing is to be started here."""
        raise AssertionError

    def start(self) -> None:
        """Start, or raise."""
        if not self.starts:
            raise self.error

    def call(self, macro: str, **arguments: str | Sequence[str]) -> None:
        """Raise."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "said"),
    [(KeyboardInterrupt(), "interrupted"), (ServerError("Spark: full"), "Spark: full")],
)
def test_views_that_could_not_all_be_changed_are_told_of(
    tmp_path: Path, error: BaseException, said: str
) -> None:
    """The next run knows; a Spark that never started has changed no view."""
    versions = SparkVersions(tmp_path, "team_")
    versions.ledger.add(ANCIENT, datetime(2020, 1, 1))
    with pytest.raises(type(error)):
        Views(versions, Refusing(error, starts=False)).point_to(ANCIENT)
    assert versions.ledger.coming() is None
    with pytest.raises(
        RefreshError, match=f"^{said}; version {ANCIENT} passed"
    ) as told:
        Views(versions, Refusing(error, starts=True)).point_to(ANCIENT)
    assert "not every view of team_marts shows it" in str(told.value)
    assert (versions.ledger.live(), versions.ledger.coming()) == (None, ANCIENT)


def test_versions_are_listed_and_gone_back_to(story: Story) -> None:
    """Loads that no refresh took are told of; an unknown version is refused."""
    refresher = story.refresher
    old, new = (each["version_id"] for each in (story.first, story.second))
    listed = refresher.run("--list", "--json").summary
    assert [(one["version_id"], one["is_live"]) for one in listed] == [
        (new, True),
        (old, False),
    ]
    assert all(one["bytes"] > 10_000 for one in listed)
    refresher.load(refresher.project.with_name("day"))
    ending = refresher.run("--rollback", old)
    assert ending.status == 0, ending.error
    assert "not atomic" in ending.printed
    assert "raw holds 1 loads that no refresh takes" in ending.printed
    assert refresher.says()["live"] == old
    sentence = refresher.refused("--rollback", "v1", status=2)
    assert "no such version; kept are" in sentence


def test_a_second_run_stops(story: Story) -> None:
    """Whatever its prefix: the catalog is for one."""
    refresher = story.refresher
    with (refresher.warehouse / ".refresh.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        day = str(refresher.project.with_name("day"))
        for prefix in ("", "team_"):
            given = ("--vars", f"{{schema_prefix: '{prefix}'}}")
            assert "at work here" in refresher.refused(day, *given, status=3)


def test_tables_in_the_place_of_views_are_refused(story: Story) -> None:
    """Whoever builds by hand under the plain name is told what to do, at once."""
    refresher = story.refresher
    (refresher.warehouse / "marts.db" / GONE).mkdir()
    sentence = refresher.refused(str(refresher.project.with_name("day")))
    assert f"marts.{GONE} is a table that dbt build made" in sentence


def test_what_makes_no_sense_is_refused(story: Story) -> None:
    """One sentence, exit status 2."""
    refresher = story.refresher
    day = str(refresher.project.with_name("day"))
    assert "every build is whole" in refresher.refused(day, "--full-refresh", status=2)
    refresher.environment = {
        **refresher.environment,
        "DBT_SPARK_FILE_FORMAT": "iceberg",
    }
    assert "Parquet only" in refresher.refused(day, status=2)
    del refresher.environment["DBT_SPARK_FILE_FORMAT"]
