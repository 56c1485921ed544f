"""A build continues where the last one ended, and equals a build of everything.

INCREMENTAL_SCHEDULES in the environment says how many random schedules (default 5) are
tried; see docs/testing.md.
"""

import os
import random
from collections.abc import Callable
from datetime import timedelta

import duckdb
import pytest
from arrivals import spread
from benchmarking.arrivals import arrive, copy_raw
from benchmarking.comparison import compare_warehouses
from dbt.contracts.graph.nodes import ModelNode
from project_build import PROJECT, Project, Variables, Warehouse
from second_opinion.histories import batch, histories, policies
from second_opinion.policies import Policies
from second_opinion.raw_rows import RawData
from second_opinion.reading import read_churn_kinds
from stories import activity_events
from test_random_histories import drawn

SCHEDULES = int(os.environ.get("INCREMENTAL_SCHEDULES", "5"))
HISTORIES = 12
STORY = """
    ada 2025-03-01 login
    ada 2025-03-20 login
    """
PAYMENTS = "event_id,customer_id,event_type,occurred_at,amount,currency\n"
EUROS = PAYMENTS + "p1,ada,payment,2025-03-01,100,EUR\n"
RATES = "rate_date,currency,rate\n"
PEOPLE = "customer_id,merged_into_customer_id\nada,{ada}\nbob,\ncleo,\n"
# Three loads; the build after the second does not finish. What it made of the first is
# no longer true after the third, though nothing of the third touches those customers.
HALF_KNOWN: dict[str, list[dict[str, str]]] = {
    "a late event fills a window that had run out": [
        {
            "activity_events.csv": activity_events(
                "ada 2025-02-10 login\nbob 2025-03-05 login"
            )
        },
        {"activity_events.csv": activity_events("bob 2025-03-20 login")},
        {"activity_events.csv": activity_events("ada 2025-02-25 login")},
    ],
    "a merge goes elsewhere": [
        {
            "customers.csv": PEOPLE.format(ada=""),
            "revenue_events.csv": EUROS.replace("EUR", "USD"),
        },
        {"customers.csv": PEOPLE.format(ada="bob")},
        {"customers.csv": PEOPLE.format(ada="cleo")},
    ],
    "a rate is put back": [
        {
            "exchange_rates.csv": f"{RATES}2025-01-01,EUR,1.1\n",
            "revenue_events.csv": EUROS,
        },
        {"exchange_rates.csv": f"{RATES}2025-01-01,EUR,1.5\n"},
        {"exchange_rates.csv": f"{RATES}2025-01-01,EUR,1.1\n"},
    ],
    "a load is taken back": [
        {"activity_events.csv": activity_events(STORY)},
        {"activity_events.csv": activity_events("bob 2025-05-20 login")},
        {"activity_events.csv": activity_events("bob 2025-03-21 login")},
    ],
}
UNFINISHED = ("int_touched_customers", "int_customer_changes", "fct_customer_periods")
RecordCells = Callable[[str, int, int], None]


@pytest.fixture(scope="module")
def schedules() -> list[tuple[Policies, RawData]]:
    """Return the policies and the raw rows of every schedule."""
    chosen = drawn(policies(read_churn_kinds(PROJECT)), SCHEDULES)
    many = drawn(histories(), SCHEDULES * HISTORIES)
    return [
        (policy, batch(many[number * HISTORIES : (number + 1) * HISTORIES]))
        for number, policy in enumerate(chosen)
    ]


def moving(policy: Policies, loads: int, seed: int) -> list[Variables]:
    """Return the vars of each build: as_of_date stays, or moves on up to the last."""
    chance = random.Random(seed)  # noqa: S311 - a draw, no secret
    every = policy.as_vars()
    if chance.random() < 0.3 or policy.as_of_date is None:
        return [every] * loads
    steps = sorted(
        (chance.choice([0, 1, 1, 2, 5, 31]) for _ in range(loads)), reverse=True
    )
    steps[-1] = 0
    return [
        {**every, "as_of_date": str(policy.as_of_date - timedelta(days=days))}
        for days in steps
    ]


def assert_equals_one_build(
    warehouse: Warehouse, variables: Variables, at_once: Warehouse
) -> int:
    """Build the same raw rows at once, compare every table, and count the cells."""
    copy_raw(warehouse.path, at_once.path)
    at_once.build(variables)
    found = compare_warehouses(warehouse.path, at_once.path)
    assert found.cells > 0
    assert not found.differing, (warehouse.path, at_once.path, variables)
    return found.cells


def stored_models(project: Project) -> dict[str, set[str]]:
    """Return the names of all models, by how they are stored."""
    found: dict[str, set[str]] = {}
    for node in project.manifest.nodes.values():
        if isinstance(node, ModelNode):
            found.setdefault(node.config.materialized, set()).add(node.name)
    return found


def mark_tables(warehouse: Warehouse) -> None:
    """Write a comment on every table: one that is made anew loses it."""
    with duckdb.connect(str(warehouse.path)) as connection:
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where schema_name in ('intermediate', 'marts')"
        ).fetchall():
            connection.execute(f"comment on table {schema}.{name} is 'left'")


def made_anew(warehouse: Warehouse) -> set[str]:
    """Return the tables that were made after `mark_tables`."""
    found = warehouse.query(
        "select table_name from duckdb_tables() "
        "where schema_name in ('intermediate', 'marts') and comment is null"
    )
    return {name for (name,) in found}


@pytest.mark.parametrize("number", range(SCHEDULES))
def test_builds_load_by_load_equal_one_build_of_everything(
    number: int,
    schedules: list[tuple[Policies, RawData]],
    new_warehouse: Callable[[], Warehouse],
    record_cells: RecordCells,
) -> None:
    """Rows late, in any order, corrected, merged: in the end every table is equal."""
    policy, data = schedules[number]
    loads = 2 + number % 3
    source, step_by_step, at_once = new_warehouse(), new_warehouse(), new_warehouse()
    source.write(spread(data, loads, seed=number))
    variables = moving(policy, loads, seed=number)
    chance = random.Random(number)  # noqa: S311 - a draw, no secret
    for load in range(loads):
        arrive(source.path, step_by_step.path, f"load_{load + 1:02d}")
        # Not every build finishes.
        if load < loads - 1 and chance.random() < 0.4:
            last = chance.choice(UNFINISHED)
            step_by_step.build(variables[load], "--select", f"+{last}")
        else:
            step_by_step.build(variables[load])
    cells = assert_equals_one_build(step_by_step, variables[-1], at_once)
    record_cells(f"schedule {number}, {loads} loads", cells, 0)


def test_a_run_that_left_models_out_is_caught_up(
    schedules: list[tuple[Policies, RawData]], new_warehouse: Callable[[], Warehouse]
) -> None:
    """The first half of the models is built, as when a run is killed; then all.

    After that one policy changes, as_of_date goes back, and a table is dropped: each
    time the next build equals a build of everything.
    """
    policy, data = schedules[0]
    variables = policy.as_vars()
    source, warehouse = new_warehouse(), new_warehouse()
    source.write(spread(data, 2, seed=1))
    arrive(source.path, warehouse.path, "load_01")
    warehouse.build(variables)
    arrive(source.path, warehouse.path, "load_02")
    warehouse.build(variables, "--select", "+int_customer_changes")
    warehouse.build(variables)
    assert_equals_one_build(warehouse, variables, new_warehouse())
    other = {**variables, "pause_policy": "churn", "as_of_date": "2024-03-01"}
    if variables["pause_policy"] == "churn":
        other["pause_policy"] = "keep_mrr"
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("drop table intermediate.int_customer_mrr")
    warehouse.build(other)
    assert_equals_one_build(warehouse, other, new_warehouse())


@pytest.mark.parametrize("case", HALF_KNOWN)
def test_what_an_unfinished_build_touched_is_touched_again(
    case: str, new_warehouse: Callable[[], Warehouse]
) -> None:
    """Though what comes after it takes back why."""
    warehouse = new_warehouse()
    first, unfinished, last = HALF_KNOWN[case]
    warehouse.load_files(first)
    warehouse.build()
    warehouse.load_files(unfinished)
    warehouse.build({}, "--select", "+fct_customer_periods", "+fct_churns")
    if case == "a load is taken back":
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute(
                "delete from raw.loads "
                "where load_id = (select max(load_id) from raw.loads)"
            )
    warehouse.load_files(last)
    warehouse.build()
    assert_equals_one_build(warehouse, {}, new_warehouse())


def test_what_was_before_the_first_new_day_is_not_made_again(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """Unless a merge moves a whole history. Told by a mark on every older row.

    The new event is of the 24th in UTC, and of the 25th in Tokyo.
    """
    warehouse, tokyo = new_warehouse(), {"reporting_timezone": "Asia/Tokyo"}
    story = "ada 2025-01-10 login\nada 2025-02-20 login\nbob 2025-01-10 login"
    warehouse.load_files(
        {
            "customers.csv": PEOPLE.format(ada=""),
            "activity_events.csv": activity_events(story),
            "revenue_events.csv": EUROS.replace("EUR", "USD"),
        }
    )
    warehouse.build(tokyo)
    warehouse.load_files(
        {"activity_events.csv": activity_events("ada 2025-02-24T20:00 buy")}
    )
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(
            "update intermediate.int_customer_active_days set event_count = 9"
        )
    warehouse.build(tokyo)
    days = (
        "select customer_id, active_date::text, event_count, "
        "previous_active_date::text from intermediate.int_customer_active_days "
        "where retention_basis = 'activity' order by 1, 2"
    )
    assert warehouse.query(days) == [
        ("ada", "2025-01-10", 9, None),
        ("ada", "2025-02-20", 9, "2025-01-10"),
        ("ada", "2025-02-25", 1, "2025-02-20"),
        ("bob", "2025-01-10", 9, None),
    ]
    warehouse.load_files({"customers.csv": PEOPLE.format(ada="bob")})
    warehouse.build(tokyo)
    assert warehouse.query(days) == [
        ("bob", "2025-01-10", 2, None),
        ("bob", "2025-02-20", 1, "2025-01-10"),
        ("bob", "2025-02-25", 1, "2025-02-20"),
    ]
    assert_equals_one_build(warehouse, tokyo, new_warehouse())


def test_an_event_that_only_moves_a_window_on_changes_nobody(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """Its end was in the future and still is; who returns or was late is changed."""
    warehouse = new_warehouse()
    first, second = (
        activity_events(story)
        for story in (
            """
            steady    2025-03-01 login
            steady    2025-03-20 login
            returning 2025-01-01 login
            forgotten 2025-01-01 login
            running   2025-02-20 login
            """,
            """
            steady    2025-03-21 login
            returning 2025-03-21 login
            forgotten 2025-01-20 login
            newcomer  2025-03-21 login
            """,
        )
    )
    variables = {"as_of_date": "2025-03-21"}
    warehouse.load_files({"activity_events.csv": first})
    warehouse.build(variables)
    warehouse.load_files({"activity_events.csv": second})
    variables = {"as_of_date": "2025-03-25"}
    warehouse.build(variables, "--select", "+int_changed_customers")
    changed = warehouse.query(
        "select customer_id from intermediate.int_changed_customers order by 1"
    )
    assert [name for (name,) in changed] == [
        "forgotten",
        "newcomer",
        "returning",
        "running",
    ]
    warehouse.build(variables)
    assert_equals_one_build(warehouse, variables, new_warehouse())


def test_a_run_with_nothing_new_makes_no_table_anew(
    schedules: list[tuple[Policies, RawData]], new_warehouse: Callable[[], Warehouse]
) -> None:
    """But for those that tell what is new, and the audit; a load or a var does."""
    stored = stored_models(new_warehouse().project)
    always = stored["always"] | stored["build_note"]
    assert len(always) < len(stored["all_or_nothing"])
    policy, data = schedules[1]
    source, warehouse = new_warehouse(), new_warehouse()
    source.write(spread(data, 2, seed=1))
    arrive(source.path, warehouse.path, "load_01")
    variables = {**policy.as_vars(), "small_sample_size": 10}
    warehouse.build(variables)
    mark_tables(warehouse)
    warehouse.build(variables)
    assert made_anew(warehouse) == always
    arrive(source.path, warehouse.path, "load_02")
    warehouse.build(variables)
    assert_equals_one_build(warehouse, variables, new_warehouse())
    mark_tables(warehouse)
    variables["small_sample_size"] = 20
    warehouse.build(variables)
    assert made_anew(warehouse) == set().union(*stored.values()) - stored["view"]
    assert_equals_one_build(warehouse, variables, new_warehouse())


def test_selected_models_are_built_with_the_vars_of_their_run(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """Though what tells that a var has changed was not selected."""
    warehouse = new_warehouse()
    warehouse.load_files({"activity_events.csv": activity_events(STORY)})
    warehouse.build({"activity_inactivity_days": 30, "small_sample_size": 1})
    variables = {"activity_inactivity_days": 10, "small_sample_size": 2}
    selected = "int_inactivity_spans int_cohort_retention"
    warehouse.build(variables, "--select", *selected.split())
    assert warehouse.query(
        "select count(*), (select bool_and(is_small_sample) "
        "from intermediate.int_cohort_retention) from intermediate.int_inactivity_spans"
    ) == [(2, True)]


def test_a_policy_that_was_tried_leaves_nothing(
    schedules: list[tuple[Policies, RawData]], new_warehouse: Callable[[], Warehouse]
) -> None:
    """Half of the models are built under another policy; then all under the old one."""
    policy, data = schedules[0]
    variables = policy.as_vars()
    warehouse = new_warehouse()
    warehouse.write(data)
    warehouse.build(variables)
    other = {**variables, "pause_policy": "churn"}
    if variables["pause_policy"] == "churn":
        other["pause_policy"] = "keep_mrr"
    warehouse.build(other, "--select", "+int_customer_changes")
    warehouse.build(variables)
    assert_equals_one_build(warehouse, variables, new_warehouse())


def test_a_warehouse_of_the_project_before_from_date_is_continued(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """Its notes of who is touched lack the column, those of an unfinished build too.

    So it is after `forget_build`, which runs without a build.
    """
    warehouse = new_warehouse()
    warehouse.load_files({"activity_events.csv": activity_events(STORY)})
    warehouse.build()
    warehouse.load_files(
        {"activity_events.csv": activity_events("bob 2025-03-20 login")}
    )
    warehouse.build({}, "--select", "+fct_customer_periods")
    for is_forgotten in (False, True):
        with duckdb.connect(str(warehouse.path)) as connection:
            for name in ("build_touched", "int_touched_customers"):
                connection.execute(f"alter table intermediate.{name} drop from_date")
        if is_forgotten:
            command = ["run-operation", "forget_build"]
            assert warehouse.project.invoke(warehouse.path, command, {}).success
        warehouse.build()
    assert_equals_one_build(warehouse, {}, new_warehouse())


def test_what_cannot_be_continued_is_forgotten_before_the_first_table(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """In one place: two threads that both forget would stop each other."""
    warehouse = new_warehouse()
    warehouse.load_files({"activity_events.csv": activity_events(STORY)})
    remembered = "select count(*) from intermediate.build_state"
    cases: list[tuple[Variables, str]] = [
        ({}, "--full-refresh --select stg_customers"),
        ({"small_sample_size": 2}, "--select stg_customers"),
        ({"as_of_date": "2025-03-02"}, "--select +int_touched_customers"),
    ]
    for variables, options in cases:
        warehouse.build()
        assert warehouse.query(remembered) == [(1,)]
        warehouse.build(variables, *options.split())
        assert warehouse.query(remembered) == [(0,)]
    warehouse.build({}, "--threads", "4")
    assert_equals_one_build(warehouse, {}, new_warehouse())


@pytest.mark.parametrize(
    ("spoiled", "left_out"),
    [
        ("update intermediate.built_seeds set digest = 'of another file'", "seed"),
        ("delete from intermediate.build_state", "view"),
    ],
)
def test_a_run_on_tables_of_other_files_does_not_finish(
    spoiled: str, left_out: str, new_warehouse: Callable[[], Warehouse]
) -> None:
    """A seed or a view that it did not make may be that of an older file."""
    warehouse = new_warehouse()
    warehouse.load_files({"activity_events.csv": activity_events(STORY)})
    warehouse.build()
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(spoiled)
    remembered = "select count(*) from intermediate.build_state"
    warehouse.build({}, "--exclude", f"config.materialized:{left_out}")
    assert warehouse.query(remembered) == [(0,)]
    warehouse.build()
    assert warehouse.query(remembered) == [(1,)]
    warehouse.build({"small_sample_size": 3}, "--exclude", "config.materialized:seed")
    assert warehouse.query(remembered) == [(1,)]
