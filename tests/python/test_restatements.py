"""A published figure of a closed period that changes is restated, with the reason."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from project_build import MODELS_ONLY, PROJECT, Variables, Warehouse
from refreshing import published_figures
from refreshing.published_figures import append_figures, count_restated
from refreshing.warehouse_file import opened
from stories import activity_events, revenue_events, subscription_events

MARTS = (
    "metrics_customer_churn_by_period",
    "metrics_mrr_by_period",
    "metrics_repeat_purchase_by_period",
    "metrics_retention_by_cohort",
)
VARIABLES: Variables = {"as_of_date": "2024-04-10", "past_due_policy": 7}
FIRST = datetime(2024, 4, 10, 4)
SUBSCRIPTIONS = """
    anna s1 2024-01-10 started 50 recorded_at=2024-01-10
    bob s2 2024-01-12 started 20 currency=EUR
    cleo s3 2024-01-14 started 30
    cleo s3 2024-02-14 past_due
    dora s4 2024-02-16 started 10
"""
PAYMENTS = """
    anna 2024-01-10 payment 50
    bob 2024-02-12 payment 20
"""
RATES = "rate_date,currency,rate\n2024-01-01,EUR,1.5\n"
ACTIVITY = "anna 2024-01-11 login\n"
LATER = timedelta(days=1)


def write_down(
    warehouse: Warehouse, published_at: datetime, variables: Variables
) -> tuple[int, int]:
    """Do what a refresh does between the build and the publication."""
    with opened(warehouse.path, "500MB") as connection:
        given = str(dict(variables))
        append_figures(connection, published_at, PROJECT, given)
    warehouse.build(variables, "--select", "stg_published_figures+")
    with opened(warehouse.path, "500MB", read_only=True) as connection:
        return count_restated(connection, published_at)


@pytest.fixture(scope="module")
def reported_once(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return a warehouse whose figures were published once."""
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "subscription_events.csv": subscription_events(SUBSCRIPTIONS),
            "revenue_events.csv": revenue_events(PAYMENTS),
            "activity_events.csv": activity_events(ACTIVITY),
            "exchange_rates.csv": RATES,
        }
    )
    warehouse.project.invoke(
        warehouse.path,
        ["build", *MODELS_ONLY, "--select", *(f"+{name}" for name in MARTS)],
        VARIABLES,
    )
    assert write_down(warehouse, FIRST, VARIABLES) == (0, 0)
    return warehouse


@pytest.fixture
def reported(reported_once: Warehouse, tmp_path: Path) -> Warehouse:
    """Return a copy of that warehouse."""
    warehouse = Warehouse(reported_once.project, tmp_path / "build")
    shutil.copy(reported_once.path, warehouse.path)
    return warehouse


@dataclass(frozen=True)
class Story:
    """What happens between two publications, and the restatement that it leads to."""

    restated: tuple[str, str, str]
    files: dict[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)
    old: str | None = None
    new: str | None = None


MRR, CHURN, PURCHASES, COHORTS = (MARTS[1], MARTS[0], MARTS[2], MARTS[3])
EVENT_HEADER = (
    "event_id,customer_id,subscription_id,event_type,occurred_at,billing_interval,"
    "unit_amount,recorded_at\n"
)
STORIES = {
    "late_event": Story(
        (MRR, "month/2024-01-01", "new_mrr"),
        {
            "subscription_events.csv": EVENT_HEADER
            + "x1,eve,s9,started,2024-01-20,month,5,"
        },
        old="110.0000",
        new="115.0000",
    ),
    "correction": Story(
        (MRR, "month/2024-01-01", "new_mrr"),
        {
            "subscription_events.csv": EVENT_HEADER
            + "e0000,anna,s1,started,2024-01-10,month,55,2024-01-11"
        },
        old="110.0000",
        new="115.0000",
    ),
    "recovery": Story(
        (CHURN, "month/2024-02-01/subscription", "churned_customers"),
        {
            "subscription_events.csv": EVENT_HEADER
            + "x1,cleo,s3,recovered,2024-02-15,,,"
        },
        old="1",
        new="0",
    ),
    "refund": Story(
        (PURCHASES, "month/2024-01-01", "refunded_amount"),
        {
            "revenue_events.csv": "event_id,customer_id,event_type,occurred_at,amount\n"
            "x1,anna,refund,2024-01-15,5\n"
        },
        old="0.0000",
        new="5.0000",
    ),
    "merge": Story(
        (CHURN, "month/2024-01-01/subscription", "new_customers"),
        {
            "customers.csv": "customer_id,merged_into_customer_id\nbob,anna\n",
            "activity_events.csv": activity_events(ACTIVITY),
        },
        old="3",
        new="2",
    ),
    "rate": Story(
        (MRR, "month/2024-03-01", "ending_mrr"),
        {
            "exchange_rates.csv": RATES + "2024-03-01,EUR,2\n",
            "activity_events.csv": activity_events(ACTIVITY),
        },
        old="90.0000",
        new="100.0000",
    ),
    "policy": Story(
        (CHURN, "month/2024-02-01/subscription", "churned_customers"),
        variables={"past_due_policy": "keep"},
        old="1",
        new="0",
    ),
    "as_of_date": Story(
        (PURCHASES, "month/2024-03-01", "buyers"),
        variables={"as_of_date": "2024-03-01"},
        old="0",
    ),
}


@pytest.mark.parametrize("cause", STORIES)
def test_a_restatement_names_its_cause(reported: Warehouse, cause: str) -> None:
    """Old value, new value, when, and why: one row per figure."""
    story = STORIES[cause]
    if story.files:
        reported.load_files(story.files)
    variables = {**VARIABLES, **story.variables}
    mart, row_key, column = story.restated
    reported.build(variables, "--select", f"+{mart}")
    restated, unexplained = write_down(reported, FIRST + LATER, variables)
    assert restated > 0
    assert unexplained == 0
    found = reported.query(
        "select old_value, new_value, cause, previous_published_at, published_at, "
        "period_grain, period_start_date::varchar from marts.fct_restatements "
        "where mart_name = ? and row_key = ? and column_name = ?",
        mart,
        row_key,
        column,
    )
    grain, start, *_ = row_key.split("/")
    times = (FIRST, FIRST + LATER)
    assert found == [(story.old, story.new, cause, *times, grain, start)]
    causes = reported.query("select distinct cause from marts.fct_restatements")
    assert causes == [(cause,)]


def test_a_change_of_the_project_is_a_version(
    reported: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It explains what changed that night, before anything that arrived does."""
    monkeypatch.setattr(published_figures, "_project_hash", lambda project: "other")
    reported.load_files(STORIES["late_event"].files)
    reported.build(VARIABLES, "--select", f"+{MRR}")
    assert write_down(reported, FIRST + LATER, VARIABLES)[1] == 0
    causes = reported.query("select distinct cause from marts.fct_restatements")
    assert causes == [("version",)]


def test_nothing_new_appends_no_figure(reported: Warehouse) -> None:
    """Only what changed is written down; the open period is no restatement."""
    count = "select count(*) from raw.published_figures"
    before = reported.query(count)
    assert write_down(reported, FIRST + LATER, VARIABLES) == (0, 0)
    assert reported.query(count) == before
    reported.load_files(
        {
            "revenue_events.csv": "event_id,customer_id,event_type,occurred_at,amount\n"
            "x1,anna,payment,2024-04-09,5\n"
        }
    )
    reported.build(VARIABLES, "--select", f"+{PURCHASES}")
    restated, _ = write_down(reported, FIRST + 2 * LATER, VARIABLES)
    grains = reported.query("select distinct period_grain from marts.fct_restatements")
    assert (restated > 0, grains) == (True, [("day",)])


def test_what_nothing_explains_is_counted(reported: Warehouse) -> None:
    """The same rows, vars and project gave another number: somebody must look."""
    with opened(reported.path, "500MB") as connection:
        connection.execute(
            f"update marts.{MRR} set ending_mrr = ending_mrr + 1 "
            "where period_grain = 'month' and is_complete"
        )
    assert write_down(reported, FIRST + LATER, VARIABLES) == (3, 3)


def test_a_figure_is_read_back_as_it_was_reported(reported: Warehouse) -> None:
    """The query of docs/refresh.md, for a day before and a day after the change."""
    reported.load_files(STORIES["late_event"].files)
    reported.build(VARIABLES, "--select", f"+{MRR}")
    write_down(reported, FIRST + LATER, VARIABLES)
    text = (PROJECT / "docs" / "refresh.md").read_text(encoding="utf-8")
    query = text.split("<!-- as reported -->")[1].split("```")[1].removeprefix("sql\n")
    for day, value in (("2024-04-10", "110.0000"), ("2024-04-11", "115.0000")):
        asked = query.replace("2026-03-31", day).replace("2026-02-01", "2024-01-01")
        assert reported.query(asked.replace("ending_mrr", "new_mrr")) == [
            ("month/2024-01-01", value)
        ]
