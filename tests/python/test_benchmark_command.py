"""The benchmark itself: every part runs on tiny data, and a false result is noticed.

Builds run in this process, after the one parse of the session; that the real command is
measured is tested once, on a few models.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import benchmark
import duckdb
import pytest
from benchmarking.errors import BenchmarkError
from benchmarking.measurement import Cost, measure
from benchmarking.parts import build, daily, fixed_cost, growth, mrr, n_day, purchases
from benchmarking.results import Check, Goal, Part
from benchmarking.tasks.split_loads import ends_period
from benchmarking.workbench import FILE_NAME, Build, Node, Workbench
from project_build import MODELS_ONLY, Project

CUSTOMERS, MONTHS = 150, 3
NO_COST = Cost(cpu_seconds=1, import_seconds=0, wall_seconds=1, peak_bytes=1024)


def silent(_step: str) -> None:
    """Tell nobody."""


def built_here(project: Project) -> Callable[..., Build]:
    """Return what stands in for a build in a process of its own."""

    def build_it(_bench: Workbench, warehouse: Path, *_options: str) -> Build:
        began = time.monotonic()
        outcome = project.invoke(warehouse, ["build", *MODELS_ONLY], {})
        assert outcome.success, outcome.failures
        took = time.monotonic() - began
        target = warehouse.parent / "target"
        shutil.copytree(project.folder / "target", target, dirs_exist_ok=True)
        # What dbt compiles last comes last in the folder of the session, too.
        order = sorted(
            target.rglob("compiled/**/*.sql"),
            key=lambda path: path.stat().st_mtime_ns,
        )
        nodes = tuple(
            Node(path.stem, "model", "table", took / len(order), 0.1, 0.1)
            for path in order
        )
        return Build(warehouse, NO_COST, 0.0, nodes)

    return build_it


@pytest.fixture(scope="module")
def bench(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    """Return a work folder with tiny data, whose results stay where they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbench, "build", built_here(project))
        patch.setattr(Workbench, "discard", lambda _bench, _name: None)
        folder = tmp_path_factory.mktemp("benchmark")
        yield Workbench(folder, CUSTOMERS, MONTHS, 1, silent)


def falsify(database: Path, statement: str) -> None:
    """Change one value of a result."""
    with duckdb.connect(str(database)) as connection:
        assert connection.execute(statement).fetchall() == [(1,)]


def test_n_day_retention_equals_pandas_and_polars(bench: Workbench) -> None:
    """Both count as the mart does; one more customer in one cell is noticed."""
    part = n_day.run(bench)
    assert [check.differing for check in part.checks] == [(), ()]
    assert all(check.cells > 0 for check in part.checks)
    copy = bench.copied(bench.built(CUSTOMERS).warehouse, "falsified")
    falsify(
        copy,
        "update marts.metrics_n_day_retention_by_cohort "
        "set returned_customers = returned_customers + 1 where rowid in "
        "(select max(rowid) from marts.metrics_n_day_retention_by_cohort "
        "where period_grain = 'day')",
    )
    for peer in n_day.PEERS:
        n_day.compare(bench, part, str(copy), peer)
    assert [check.differing for check in part.checks[2:]] == [("pandas",), ("polars",)]


def test_the_summary_of_buyers_equals_lifetimes(bench: Workbench) -> None:
    """Frequency, recency, age and value are equal; another age is noticed."""
    part = purchases.run(bench)
    assert part.checks[0].cells > 0
    assert part.checks[0].differing == ()
    falsify(
        bench.scratch("rfm.duckdb"),
        "update summary set age = age + 1 where rowid = 0",
    )
    purchases.compare(bench, part, str(bench.built(CUSTOMERS).warehouse))
    assert part.checks[1].differing == ("summary",)


def test_the_marts_of_mrr_equal_the_spine(bench: Workbench) -> None:
    """Snapshot and bridge of every grain are equal; a cent less is noticed."""
    part = mrr.run(bench)
    assert part.checks[0].cells > 0
    assert part.checks[0].differing == ()
    spine = bench.scratch("spine.duckdb")
    with duckdb.connect(str(spine)) as connection:
        grains = connection.sql("select distinct period_grain from bridge").fetchall()
    assert {grain for (grain,) in grains} == set(mrr.EVERY_GRAIN)
    falsify(
        spine,
        "update snapshot set ending_mrr = ending_mrr - 0.01 where rowid in "
        "(select max(rowid) from snapshot)",
    )
    falsify(
        spine,
        "update bridge set new_mrr = new_mrr - 0.01 where rowid in "
        "(select max(rowid) from bridge where ending_mrr > 0)",
    )
    mrr.compare(bench, part, str(bench.folder / "subscriptions" / FILE_NAME))
    assert part.checks[1].differing == ("snapshot", "bridge")


def test_a_new_day_equals_a_build_of_everything(bench: Workbench) -> None:
    """Every table is equal after a day with late rows; a lost row is noticed."""
    part = Part("daily", "")
    daily.refresh(bench, part, bench.loaded(CUSTOMERS), MONTHS)
    assert part.checks[0].cells > 0
    assert part.checks[0].differing == ()
    assert "late" in part.figures[1].note
    refreshed = bench.folder / "refreshed_0" / FILE_NAME
    falsify(
        refreshed,
        "delete from marts.fct_churns where rowid in "
        "(select max(rowid) from marts.fct_churns)",
    )
    found = measure(
        "compare_warehouses",
        {
            "one": str(refreshed),
            "other": str(bench.folder / "whole" / FILE_NAME),
        },
        bench.folder / "compared",
    )
    assert found.answer["differing"] == ["marts.fct_churns"]


def test_an_ordinary_day_ends_no_week_and_no_month() -> None:
    """In 2025 the 30th of November is a Sunday, the 31st of December a Wednesday."""
    ordinary = [date(2025, 11, 29), date(2025, 12, 30)]
    ending = [date(2025, 11, 30), date(2025, 12, 28), date(2025, 12, 31)]
    assert not any(ends_period(day) for day in ordinary)
    assert all(ends_period(day) for day in ending)


def test_an_ordinary_last_day_leaves_later_events_out(bench: Workbench) -> None:
    """The sample ends with a month; what happened on that day is not in either load."""
    raw = bench.loaded(CUSTOMERS)
    newest = {}
    for is_ordinary in (True, False):
        place = bench.empty(f"split_{is_ordinary}") / FILE_NAME
        request = {"warehouse": str(raw), "into": str(place), "late_percent": 1}
        options = {"late_days": 7, "is_ordinary": is_ordinary}
        measure("split_loads", {**request, **options}, place.parent)
        with duckdb.connect(str(place), read_only=True) as connection:
            newest[is_ordinary] = connection.execute(
                "select cast(max(occurred_at) as date) from raw.activity_events"
            ).fetchall()[0][0]
    assert ends_period(newest[False])
    assert not ends_period(newest[True])
    assert timedelta(0) < newest[False] - newest[True] < timedelta(days=4)


def test_a_shortened_history_begins_at_its_cut(bench: Workbench) -> None:
    """Nothing is older than the months kept; who was subscribed still is."""
    shortened = bench.empty("shortened") / FILE_NAME
    raw = bench.loaded(CUSTOMERS)
    request = {"warehouse": str(raw), "months": 1, "into": str(shortened)}
    measure("shorten", request, shortened.parent)
    with duckdb.connect(str(shortened), read_only=True) as connection:
        connection.execute(f"attach '{raw}' as whole (read_only)")
        oldest, started = connection.sql(
            "select min(occurred_at), count(*) filter (occurred_at = cut) "
            "from raw.subscription_events, (select date_trunc('month', "
            "max(occurred_at)) as cut from whole.raw.revenue_events)"
        ).fetchall()[0]
        running = connection.sql(
            "select count(distinct subscription_id) from whole.raw.subscription_events "
            "where event_type in ('started', 'changed') "
            f"and occurred_at < '{oldest}' "
            "and subscription_id not in (select subscription_id "
            "from whole.raw.subscription_events "
            f"where event_type = 'ended' and occurred_at < '{oldest}')"
        ).fetchall()[0][0]
    assert started == running > 0
    assert (oldest.day, oldest.hour) == (1, 0)


def test_goals_are_told_and_false_results_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The floor, limits and growth are put beside the build; JSON has everything."""
    bench = Workbench(tmp_path, CUSTOMERS, MONTHS, 1, silent)
    bench.loaded(CUSTOMERS)
    bench.loaded(CUSTOMERS // growth.FEWER)

    def pretended(_bench: Workbench, warehouse: Path, **_options: object) -> Build:
        few = warehouse.parent.name == f"built_{CUSTOMERS // growth.FEWER}"
        nodes = (
            Node("int_even", "model", "table", 1.0 if few else 10.0, 1, 1),
            Node("int_steep", "model", "table", 1.0 if few else 100.0, 1, 1),
            Node("key", "test", "view", 0.0, 0.03, 0.03),
        )
        return Build(warehouse, NO_COST, 0.0, nodes)

    monkeypatch.setattr(Workbench, "build", pretended)
    monkeypatch.setattr(build, "COPIES", {"copying what is there": ("raw",)})
    written = tmp_path / "found.json"
    options = ["--work", str(tmp_path), "--repeats", "1", "--json", str(written)]
    size = ["--customers", str(CUSTOMERS), "--months", str(MONTHS)]
    assert benchmark.main(["--parts", "build,growth,fixed", *options, *size]) == 0
    printed = capsys.readouterr().out
    assert "Full build of every mart" in printed
    found = json.loads(written.read_text(encoding="utf-8"))
    goals = {goal["what"]: goal for part in found["parts"] for goal in part["goals"]}
    steepest = goals["growth, steepest heavy model (int_steep)"]
    assert steepest["measured"] == pytest.approx(2)
    assert not steepest["is_met"]
    assert not goals["a data test on the sample"]["is_met"]
    assert goals["full build, peak memory"]["is_met"]
    monkeypatch.setattr(
        build,
        "run",
        lambda _bench: Part("build", "", checks=[Check("two ways", 2, ("marts.one",))]),
    )
    assert benchmark.main(["--parts", "build", *options, *size]) == 1
    assert "marts.one" in capsys.readouterr().out


def test_a_goal_may_be_a_least() -> None:
    """At most and at least are told apart."""
    assert Goal("", 2, 3).is_met
    assert not Goal("", 4, 3).is_met
    assert Goal("", 6, 5, at_most=False).is_met
    assert not Goal("", 4, 5, at_most=False).is_met


def test_the_real_dbt_is_measured_node_by_node(
    tmp_path: Path, bench: Workbench
) -> None:
    """SQL is a part of a node's time, and nodes a part of the process's."""
    warehouse = tmp_path / FILE_NAME
    shutil.copyfile(bench.loaded(CUSTOMERS), warehouse)
    measured = measure(
        "dbt_build",
        {
            "words": ["build", *MODELS_ONLY, "--select", "+int_as_of_date"],
            "target_path": str(tmp_path / "target"),
        },
        tmp_path,
        {"DBT_DUCKDB_PATH": str(warehouse)},
    )
    nodes = {node["name"]: node for node in measured.answer["nodes"]}
    model = nodes["int_as_of_date"]
    assert 0 < model["sql_seconds"] <= model["cpu_seconds"]
    every = sum(node["cpu_seconds"] for node in nodes.values())
    assert every < measured.cost.cpu_seconds
    assert measured.cost.peak_bytes > 50 * 1024**2


def test_failures_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong part, a wrong size and a task that fails are told without traceback."""
    assert benchmark.main(["--parts", "speed"]) == 2
    assert benchmark.main(["--customers", "0"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert "--parts" in said[0]
    missing = {
        "warehouse": str(tmp_path / "none.duckdb"),
        "into": str(tmp_path / "new"),
    }
    with pytest.raises(
        BenchmarkError, match=r"^floor failed \(status 1\): IO Error"
    ) as e:
        measure("floor", missing, tmp_path)
    assert "\n" not in str(e.value)


def test_all_tables_of_a_schema_are_copied(bench: Workbench) -> None:
    """And one that is missing is named, instead of being left out."""
    warehouse = bench.built(CUSTOMERS).warehouse
    request = {"warehouse": str(warehouse), "into": str(bench.scratch("all.duckdb"))}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        rows = [
            connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0]
            for (name,) in names
        ]
    copied = measure(
        "copy_tables", {**request, "tables": ["marts.*"]}, bench.scratch("all")
    )
    assert copied.answer == {"rows": sum(rows)}
    with pytest.raises(BenchmarkError, match=r"has no table marts\.lost$"):
        measure("copy_tables", {**request, "tables": ["marts.lost"]}, bench.folder)


def test_every_part_of_the_command_has_a_module() -> None:
    """The names that people give stand for modules with a function run."""
    modules = {build, growth, daily, mrr, n_day, purchases, fixed_cost}
    named = {f"benchmarking.parts.{module}" for module in benchmark.PARTS.values()}
    assert {module.__name__ for module in modules} == named
    assert all(callable(module.run) for module in modules)
