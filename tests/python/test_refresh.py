"""The refresh publishes what passed every check, and leaves the rest as it was."""

import fcntl
import os
import stat
from pathlib import Path

import duckdb
import pytest
from refresh_helpers import Refresher, content
from refreshing.folder import FILE_OF_LINK, MARTS, WAREHOUSE


def test_a_version_is_published(refresher: Refresher, day: Path) -> None:
    """Two links to two files that nobody may write; the row says which version."""
    before = refresher.folder.live_version()
    summary = refresher.refresh(day)
    version = summary["version_id"]
    assert before is not None
    assert before < version
    assert summary["load"]["tables"]["revenue_events"]["loaded"] == 2
    for name in (WAREHOUSE, MARTS):
        link = refresher.folder.path / name
        assert link.readlink() == Path("versions") / version / FILE_OF_LINK[name]
        assert stat.S_IMODE(link.stat().st_mode) == 0o440
        assert refresher.rows(
            "select version_id, load_id, load_count from marts.publication", name
        ) == [(version, summary["load"]["load_id"], 2)]
    assert refresher.rows("select count(*) from marts.fct_orders", MARTS) == [(4,)]
    schemas = "select distinct schema_name from duckdb_tables()"
    assert refresher.rows(schemas, MARTS) == [("marts",)]
    assert stat.S_IMODE(refresher.folder.dbt.stat().st_mode) == 0o700
    left = {path.name for path in refresher.folder.path.iterdir()}
    assert left == {WAREHOUSE, MARTS, "versions", ".dbt", ".refresh.lock"}


def test_what_is_published_can_be_continued(refresher: Refresher, day: Path) -> None:
    """The last run of dbt makes a few tables; it is no build that did not finish."""
    refresher.refresh(day)
    assert refresher.rows(
        "select (select count(*) from intermediate.build_state), "
        "(select count(*) from intermediate.build_runs)"
    ) == [(1, 0)]


def test_every_relation_is_readable_under_any_name(refresher: Refresher) -> None:
    """By the link, by the version's path and attached under a foreign alias."""
    link = refresher.folder.path / WAREHOUSE
    seen = 0
    for path in (link, link.resolve()):
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as other_name (read_only)")
            names = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_catalog = 'other_name'"
            ).fetchall()
            for schema, name in names:
                connection.execute(f"from other_name.{schema}.{name}").fetchall()
                seen += 1
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, name in names:
                connection.execute(f"from {schema}.{name}").fetchall()
    assert seen > 50


def test_the_same_source_again_changes_no_mart(refresher: Refresher) -> None:
    """Only the version and the load are new."""
    before = refresher.state()
    again = refresher.folder.path.with_name("source")
    summary = refresher.refresh(again)
    with refresher.live(MARTS) as marts:
        assert content(marts, "marts") == before[-1]
    assert summary["load"]["tables"]["revenue_events"]["loaded"] == 0


def test_versions_are_listed_and_gone_back_to(refresher: Refresher, day: Path) -> None:
    """Each kept version can be made the live one; an unknown one cannot."""
    refresher.refresh(day)
    listed = refresher.run("--list", "--json")
    versions = [version["version_id"] for version in listed.summary]
    assert [version["is_live"] for version in listed.summary] == [True, False]
    for version, orders in ((versions[1], 3), (versions[0], 4)):
        assert refresher.run("--rollback", version).status == 0
        for name in (WAREHOUSE, MARTS):
            counted = refresher.rows("select count(*) from marts.fct_orders", name)
            assert counted == [(orders,)]
    assert f"live  {versions[0]}" in refresher.run("--list").printed
    sentence = refresher.refused("--rollback", "../source", status=2)
    assert "no such version; kept are" in sentence


def test_a_refresh_after_going_back_loads_what_it_took_back(
    refresher: Refresher, day: Path
) -> None:
    """Going back takes back the load too; the source brings its rows again."""
    first = refresher.folder.live_version()
    refresher.refresh(day)
    assert refresher.run("--rollback", str(first)).status == 0
    assert refresher.refresh(day)["load"]["tables"]["revenue_events"]["loaded"] == 2
    assert len(refresher.folder.version_ids()) == 3


def test_a_failing_test_changes_nothing(refresher: Refresher, day: Path) -> None:
    """The sentence names the test; the candidate is gone."""
    before = refresher.state()
    singular = refresher.project / "tests" / "assert_orders_are_few.sql"
    singular.write_text(
        "select * from {{ ref('fct_orders') }} where order_number >= 1",
        encoding="utf-8",
    )
    try:
        sentence = refresher.refused(str(day))
    finally:
        singular.unlink()
    assert "assert_orders_are_few: Got 4 results" in sentence
    assert "1 of " in sentence
    assert refresher.state() == before


def test_a_refused_source_changes_nothing(refresher: Refresher, day: Path) -> None:
    """The loader's own sentence is passed on."""
    before = refresher.state()
    (day / "revenue_events.csv").write_text("event_id\ne1\n", encoding="utf-8")
    sentence = refresher.refused(str(day))
    assert "revenue_events.csv: missing required column" in sentence
    assert refresher.state() == before


def test_a_bad_var_changes_nothing(refresher: Refresher, day: Path) -> None:
    """The sentence of the project's own check is passed on."""
    before = refresher.state()
    sentence = refresher.refused(str(day), "--vars", "{pause_policy: maybe}")
    assert "The var pause_policy is 'maybe'" in sentence
    assert refresher.state() == before


def test_fewer_rows_need_an_acceptance(refresher: Refresher, day: Path) -> None:
    """An earlier as_of_date takes orders away; somebody has to look at that."""
    before = refresher.state()
    earlier = ("--vars", "{as_of_date: 2024-02-01}")
    sentence = refresher.refused(str(day), *earlier)
    assert "marts.fct_orders fell from 3 to 2 rows, and 1 more" in sentence
    assert "--accept" in sentence
    assert refresher.state() == before
    summary = refresher.refresh(day, *earlier, "--accept")
    assert summary["accepted"][0].startswith("marts.fct_orders fell")
    assert refresher.rows("select count(*) from marts.fct_orders") == [(2,)]


def test_a_lost_raw_row_is_noticed(refresher: Refresher, day: Path) -> None:
    """What a load counted must be there, whatever happened to it since."""
    with refresher.tampered() as connection:
        connection.execute("delete from raw.revenue_events where event_id = 'e1'")
    before = refresher.state()
    sentence = refresher.refused(str(day))
    assert "raw.revenue_events: load" in sentence
    assert "counted 3 as rows_loaded but 2 are there" in sentence
    assert refresher.state() == before


@pytest.mark.parametrize(("days", "stops"), [(3, False), (15, True)])
def test_a_source_that_stopped_delivering(
    refresher: Refresher, days: int, stops: bool
) -> None:
    """Two days without a new row warn; two weeks stop, unless accepted."""
    with refresher.tampered() as connection:
        connection.execute(
            f"update raw.load_files set finished_at = finished_at - interval {days} day"
        )
    again = str(refresher.folder.path.with_name("source"))
    arguments = [again]
    if stops:
        sentence = refresher.refused(again)
        assert "the source has brought no new row for too long" in sentence
        arguments.append("--accept")
    summary = refresher.refresh(Path(again), *arguments[1:])
    told = summary["accepted"] if stops else summary["warnings"]
    assert len(told) == 1
    assert "load_files" in told[0]


def test_a_second_run_is_turned_away(refresher: Refresher, day: Path) -> None:
    """Exit status 3, and the sentence names the process."""
    descriptor = os.open(refresher.folder.path / ".refresh.lock", os.O_RDWR)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"4711")
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    sentence = refresher.refused(str(day), status=3)
    assert "another run (process 4711) is at work here" in sentence
    version = str(refresher.folder.live_version())
    refresher.refused("--rollback", version, status=3)
    assert refresher.run("--list").status == 0
    os.close(descriptor)
    assert refresher.run("--rollback", version).status == 0


@pytest.mark.parametrize("name", [WAREHOUSE, MARTS])
@pytest.mark.parametrize("beside_link", [True, False])
def test_a_stray_write_ahead_log_stops_the_refresh(
    refresher: Refresher, day: Path, name: str, beside_link: bool
) -> None:
    """Somebody wrote to the live version: readers may see what nobody tested."""
    link = refresher.folder.path / name
    path = link if beside_link else link.resolve()
    log = path.with_name(f"{path.name}.wal")
    log.write_bytes(b"not ours")
    sentence = refresher.refused(str(day))
    assert f"{log}: somebody wrote to the live version" in sentence
    assert "move this .wal away" in sentence
    assert log.read_bytes() == b"not ours"


def test_what_a_killed_run_left_is_cleared_away(
    refresher: Refresher, day: Path
) -> None:
    """Its candidate, the log beside it, spilled data and a half-made link."""
    candidate = refresher.folder.candidate
    (candidate / f"{WAREHOUSE}.tmp").mkdir(parents=True)
    (candidate / WAREHOUSE).write_bytes(b"half a file")
    (candidate / f"{WAREHOUSE}.wal").write_bytes(b"half a log")
    (refresher.folder.path / f".{MARTS}.new").symlink_to("nowhere")
    refresher.refresh(day)
    left = {path.name for path in refresher.folder.path.iterdir()}
    assert left == {WAREHOUSE, MARTS, "versions", ".dbt", ".refresh.lock"}


def test_half_a_swap_is_completed(refresher: Refresher, day: Path) -> None:
    """Killed between the links: the next run brings the marts along."""
    first = refresher.folder.live_version()
    refresher.refresh(day)
    link = refresher.folder.path / MARTS
    link.unlink()
    link.symlink_to(Path("versions") / str(first) / FILE_OF_LINK[MARTS])
    (day / "revenue_events.csv").write_bytes(b"")
    refresher.refused(str(day))
    assert refresher.rows("select count(*) from marts.fct_orders", MARTS) == [(4,)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give one of SOURCE, --list and --rollback VERSION"),
        (["nowhere"], "nowhere: no such folder"),
        (["--list", "--rollback", "x"], "give one of SOURCE"),
        (["--rollback", "x"], "--rollback x: no such version; none is kept"),
        (["--list", "--keep", "1"], "--keep: invalid count_from_two value: '1'"),
        (["scripts", "--vars", "a"], "--vars: not a mapping of names to values"),
        (["scripts", "--vars", "{pause: churn}"], "no var is called 'pause'"),
        (["scripts", "--vars", "{schema_prefix: x_}"], "has no need of it"),
        (["scripts", "--target", "mysql"], "--target mysql: not known"),
        (["--sideways"], "unrecognized arguments: --sideways"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(
    first_published: Refresher, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    """Exit status 2."""
    refresher = Refresher(first_published.project, tmp_path / "published")
    assert sentence in refresher.refused(*arguments, status=2)


def test_a_file_in_the_place_of_a_link_is_left_alone(
    first_published: Refresher, tmp_path: Path, day: Path
) -> None:
    """It may be somebody's only copy."""
    refresher = Refresher(first_published.project, tmp_path)
    (tmp_path / WAREHOUSE).write_bytes(b"mine")
    sentence = refresher.refused(str(day), status=2)
    assert "is a file, but a link to the live version belongs there" in sentence
    assert (tmp_path / WAREHOUSE).read_bytes() == b"mine"


def test_a_late_row_restates_a_closed_month(refresher: Refresher, day: Path) -> None:
    """The version that shows the new figure tells of it too, in both files."""
    with (day / "revenue_events.csv").open("a", encoding="utf-8") as events:
        events.write("e6,dora,payment,2024-01-15,7\n")
    summary = refresher.refresh(day)
    assert summary["restated"] > 0
    asked = (
        "select old_value, new_value, cause, "
        "published_at = (select published_at from marts.publication) "
        "from marts.fct_restatements where row_key = 'month/2024-01-01' "
        "and column_name = 'revenue_amount'"
    )
    for name in FILE_OF_LINK:
        assert refresher.rows(asked, name) == [
            ("30.0000", "37.0000", "late_event", True)
        ]


def test_a_closed_month_that_changed_for_no_reason_stops_the_refresh(
    refresher: Refresher,
) -> None:
    """Other figures from the same rows: somebody has to look and accept them."""
    with refresher.tampered() as connection:
        connection.execute(
            "update raw.published_figures set value = '31.0000' "
            "where row_key = 'month/2024-01-01' and column_name = 'revenue_amount'"
        )
    before = refresher.state()
    again = refresher.folder.path.with_name("source")
    sentence = refresher.refused(str(again))
    assert "1 figures of closed periods changed though nothing" in sentence
    assert refresher.state() == before
    summary = refresher.refresh(again, "--accept")
    assert summary["accepted"] == [sentence[len("refresh.py: ") :].partition(";")[0]]
