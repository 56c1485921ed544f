"""Input at its limits: nothing, one row, hostile text, huge amounts, many of a kind."""

import json
import os
import string
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import stories
from hostile_texts import HOSTILE_TEXTS
from loading.contract import TABLES
from project_build import MODELS_ONLY, PROJECT, Project, Warehouse
from stories import movements

AS_OF_DATE = {"as_of_date": "2024-07-01"}
ONE_SUBSCRIBER = stories.subscription_events("anna s1 2024-01-10T12:00 started 50")


def test_no_rows_at_all(warehouse: Warehouse) -> None:
    """Only a header: every data test passes, "empty raw tables give empty marts"."""
    counted = warehouse.load_files(
        {"subscription_events.csv": stories.subscription_events("")}
    )
    assert counted["tables"]["subscription_events"]["read"] == 0
    warehouse.build(tests=True)
    rows = warehouse.marts()
    assert rows.keys() >= {"dim_customers", "fct_mrr_movements", "fct_churns"}
    assert {name: count for name, count in rows.items() if count} == {"fct_loads": 1}


def test_empty_files_of_every_table(warehouse: Warehouse) -> None:
    """A header alone in each of the eight files is the same as no file, but a load."""
    files = {f"{table.name}.csv": stories.table_csv(table.name, []) for table in TABLES}
    warehouse.load_files(files)
    warehouse.build(AS_OF_DATE)
    rows = warehouse.marts()
    assert rows.pop("fct_loads") == len(TABLES)
    assert not any(rows.values())


def test_an_event_that_is_corrected_to_another_customer(warehouse: Warehouse) -> None:
    """It is that customer's alone from then on, and no data test stops the build."""
    for story in (
        """
        anna s1 2024-01-10T12:00 started 50
        anna s1 2024-03-10T12:00 changed 80 event_id=moved recorded_at=2024-03-11
        """,
        "bob s2 2024-03-10T12:00 started 80 event_id=moved recorded_at=2024-03-12",
    ):
        warehouse.load_files(
            {"subscription_events.csv": stories.subscription_events(story)}
        )
    warehouse.build(AS_OF_DATE, tests=True)
    assert movements(warehouse, "anna") == ["2024-01-10T12:00 new 0 50"]
    assert movements(warehouse, "bob") == ["2024-03-10T12:00 new 0 80"]


def test_one_customer(warehouse: Warehouse) -> None:
    """Only subscription_events.csv with one event: right marts on every grain."""
    warehouse.load_files({"subscription_events.csv": ONE_SUBSCRIBER})
    warehouse.build(AS_OF_DATE, tests=True)
    assert movements(warehouse, "anna") == ["2024-01-10T12:00 new 0 50"]
    sql = (
        "select period_grain, count(*), sum(new_mrr), max(ending_mrr), "
        "max(ending_customers) from marts.metrics_mrr_by_period group by all "
        "order by all"
    )
    assert warehouse.query(sql) == [
        ("day", 173, 50, 50, 1),
        ("month", 6, 50, 50, 1),
        ("quarter", 2, 50, 50, 1),
        ("week", 25, 50, 50, 1),
        ("year", 1, 50, 50, 1),
    ]
    assert warehouse.row(
        "select customer_id, country, is_subscribed, is_purchase_active, mrr, "
        "lifetime_revenue, first_subscribed_date::text as first_day "
        "from marts.dim_customers"
    ) == {
        "customer_id": "anna",
        "country": "unknown",
        "is_subscribed": True,
        "is_purchase_active": False,
        "mrr": 50,
        "lifetime_revenue": 0,
        "first_day": "2024-01-10",
    }


def test_only_revenue(warehouse: Warehouse) -> None:
    """Only revenue_events.csv: orders and the purchase basis, nothing else."""
    story = """
        anna 2024-01-10T12:00 payment 10 order_id=o1
        anna 2024-01-10T12:00 payment 5 order_id=o1
        anna 2024-02-10T12:00 payment 20
        anna 2024-02-11T12:00 refund 20 order_id=o1
        customer_id= occurred_at=2024-02-10T12:00 event_type=payment amount=7
    """
    warehouse.load_files({"revenue_events.csv": stories.revenue_events(story)})
    warehouse.build(AS_OF_DATE, tests=True)
    assert warehouse.query(
        "select order_id, order_number, amount, refunded_amount from marts.fct_orders "
        "where customer_id = 'anna' order by all"
    ) == [("o1", 1, 15, 20), ("r0002", 2, 20, 0)]
    assert warehouse.query("select * from marts.metrics_mrr_by_period") == []
    assert warehouse.query(
        "select distinct retention_basis from marts.metrics_customer_churn_by_period"
    ) == [("purchase",)]
    assert warehouse.query(
        "select lifetime_revenue, order_count, is_purchase_active "
        "from marts.dim_customers"
    ) == [(15, 2, False)]


def test_only_activity(warehouse: Warehouse) -> None:
    """Only activity_events.csv: the activity basis, nothing else."""
    story = """
        anna 2024-01-10T12:00 login
        anna 2024-01-11T12:00 login
        bert 2024-06-20T12:00 login
    """
    warehouse.load_files({"activity_events.csv": stories.activity_events(story)})
    warehouse.build(AS_OF_DATE, tests=True)
    assert warehouse.query(
        "select distinct retention_basis from marts.metrics_customer_churn_by_period"
    ) == [("activity",)]
    assert warehouse.query(
        "select customer_id, churned_at::text from marts.fct_churns"
    ) == [("anna", "2024-02-10 12:00:00")]
    assert warehouse.query(
        "select count(*) from marts.metrics_n_day_retention_by_cohort "
        "where day_number = 1 and retention_kind = 'on' and period_grain = 'all' "
        "and returned_customers = 1 and eligible_customers = 2"
    ) == [(2,)]


@pytest.fixture(scope="module")
def hostile(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return a build in which ids, plans, countries and orders are hostile texts."""
    warehouse = new_warehouse()
    subscriptions = [
        {
            "event_id": f"event {text}",
            "customer_id": text,
            "subscription_id": text,
            "event_type": "started",
            "occurred_at": "2024-01-10T12:00",
            "billing_interval": "month",
            "unit_amount": number + 1,
            "plan_id": text,
        }
        for number, text in enumerate(HOSTILE_TEXTS)
    ]
    payments = [
        {
            "event_id": f"event {text}",
            "customer_id": text,
            "event_type": "payment",
            "occurred_at": "2024-01-10T12:00",
            "amount": 1,
            "order_id": text,
        }
        for text in HOSTILE_TEXTS
    ]
    people = [{"customer_id": text, "country": text} for text in HOSTILE_TEXTS]
    warehouse.load_files(
        {
            "subscription_events.csv": stories.table_csv(
                "subscription_events", subscriptions
            ),
            "revenue_events.csv": stories.table_csv("revenue_events", payments),
            "customers.csv": stories.table_csv("customers", people),
        }
    )
    warehouse.build(AS_OF_DATE)
    return warehouse


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_id, mrr::int - 1 from marts.dim_customers",
        "select customer_id, mrr_after::int - 1 from marts.fct_mrr_movements",
        "select plan_after, mrr_after::int - 1 from marts.fct_mrr_movements",
        "select country, mrr::int - 1 from marts.dim_customers",
        "select segment_value, ending_mrr::int - 1 "
        "from marts.metrics_mrr_by_period_and_segment where segment_name = 'country' "
        "and period_grain = 'month' and period_start_date = date '2024-02-01'",
        "select segment_value, ending_mrr::int - 1 "
        "from marts.metrics_mrr_by_period_and_segment where segment_name = 'plan_id' "
        "and period_grain = 'month' and period_start_date = date '2024-02-01'",
        "select order_id, mrr::int - 1 from marts.fct_orders "
        "inner join marts.dim_customers using (customer_id)",
    ],
)
def test_hostile_texts_come_through(hostile: Warehouse, sql: str) -> None:
    """Every id, plan, country and order is the very text of the file."""
    found = dict(hostile.query(sql))
    assert found == {text: number for number, text in enumerate(HOSTILE_TEXTS)}


def test_amounts_at_the_limits(warehouse: Warehouse) -> None:
    """A price is quarantined or its MRR exact, never wrong; and so are the sums."""
    largest = Decimal(9_999_999_999_999)
    story = """
        most s1 2024-01-10T12:00 started 9999999999999
        most_with_cents s1 2024-01-10T12:00 started 9999999999999.9999
        most_twice s1 2024-01-10T12:00 started 9999999999999
        most_twice s2 2024-01-10T12:00 started 9999999999999
        a_year s1 2024-01-10T12:00 started 9999999999999 billing_interval=year
        a_century s1 2024-01-10T12:00 started 9999999999999 billing_interval=year \
            interval_count=100
        a_day s1 2024-01-10T12:00 started 9999999999999 billing_interval=day
        a_week s1 2024-01-10T12:00 started 9999999999999 billing_interval=week
        by_seats s1 2024-01-10T12:00 started 9999999999999 quantity=1000
        least s1 2024-01-10T12:00 started 0.0001
        too_little s1 2024-01-10T12:00 started 0.0001 billing_interval=year
        half s1 2024-01-10T12:00 started 0.0006 billing_interval=year
        fifteen_digits s1 2024-01-10T12:00 started 999999999999999
    """.replace("\\\n", " ")
    counted = warehouse.load_files(
        {"subscription_events.csv": stories.subscription_events(story)},
        *("--max-quarantined-share", "1"),
    )["tables"]["subscription_events"]
    warehouse.build(AS_OF_DATE, tests=True)
    exact = {
        "most": largest,
        "most_with_cents": Decimal("9999999999999.9999"),
        "most_twice": 2 * largest,
        "a_year": Decimal("833333333333.2500"),
        "a_century": Decimal("8333333333.3325"),
        "a_day": largest * 36525 / 1200,
        "a_week": Decimal("43333333333329.0000"),
        "by_seats": 1000 * largest,
        "least": Decimal("0.0001"),
        "half": Decimal("0.0001"),  # 0.00005, half away from zero
    }
    found = dict(
        warehouse.query("select customer_id, mrr_after from marts.fct_mrr_movements")
    )
    assert {"most", "a_year", "least", "half"} <= found.keys()
    assert found == {name: exact[name] for name in found}
    quarantined = warehouse.query("select count(*) from raw.quarantine")[0][0]
    # Two rows of `most_twice`; `too_little` makes MRR 0, no customer.
    assert len(found) + 2 + counted["quarantined"] == counted["read"]
    assert quarantined == counted["quarantined"]
    assert warehouse.query(
        "select ending_mrr, arr from marts.metrics_mrr_by_period "
        "where period_grain = 'year'"
    ) == [(sum(found.values()), 12 * sum(found.values()))]


def test_two_hundred_currencies(warehouse: Warehouse) -> None:
    """As many currencies as there are: the sum is that of the single amounts."""
    letters = string.ascii_uppercase
    codes = [f"X{first}{second}" for first in letters[:8] for second in letters[:25]]
    rates = {code: Decimal(number + 1) / 100 for number, code in enumerate(codes)}
    story = "\n".join(
        f"{code} s1 2024-01-10T12:00 started 10 currency={code}" for code in codes
    )
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(story),
            "exchange_rates.csv": stories.exchange_rates(
                "\n".join(f"2024-01-01 {code} {rate}" for code, rate in rates.items())
            ),
        }
    )
    warehouse.build(AS_OF_DATE, "--select", "+metrics_mrr_by_period", "+dim_customers")
    found = dict(warehouse.query("select customer_id, mrr from marts.dim_customers"))
    assert found == {code: 10 * rate for code, rate in rates.items()}
    assert warehouse.query(
        "select ending_customers, ending_mrr from marts.metrics_mrr_by_period "
        "where period_grain = 'year'"
    ) == [(200, sum(found.values()))]


def test_ten_years_of_renewals_under_new_ids(warehouse: Warehouse) -> None:
    """120 monthly renewals, each a subscription of its own: one movement, no churn."""
    lines = []
    for month in range(120):
        begin = f"{2014 + month // 12}-{month % 12 + 1:02d}-15T12:00"
        end = f"{2014 + (month + 1) // 12}-{(month + 1) % 12 + 1:02d}-15T12:00"
        lines.append(f"anna s{month} {begin} started 10")
        lines.append(f"anna s{month} {end} ended")
    story = "\n".join(lines[:-1])
    warehouse.load_files(
        {"subscription_events.csv": stories.subscription_events(story)}
    )
    warehouse.build(AS_OF_DATE)
    assert movements(warehouse, "anna") == ["2014-01-15T12:00 new 0 10"]
    assert warehouse.query("select * from marts.fct_churns") == []
    assert warehouse.query(
        "select count(*), sum(new_customers), sum(churned_customers), "
        "sum(churned_and_reactivated_customers) "
        "from marts.metrics_customer_churn_by_period where period_grain = 'month'"
    ) == [(126, 1, 0, 0)]
    assert warehouse.query(
        "select count(*), sum(retained_customers) "
        "from marts.metrics_retention_by_cohort where period_grain = 'month'"
    ) == [(126, 126)]


def run_dbt(
    path: Path, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run dbt as a user does, in a process of its own."""
    command = [
        *(str(Path(sys.executable).with_name("dbt")), *arguments),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder)),
    ]
    return subprocess.run(
        command,
        env=os.environ | {"DBT_DUCKDB_PATH": str(path), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_var_ends_the_command(tmp_path: Path) -> None:
    """`dbt build` with a wrong var: the sentence, and an exit status above 0."""
    given = ("--vars", "{pause_policy: sometimes}")
    ended = run_dbt(tmp_path / "warehouse.duckdb", tmp_path, "build", *given)
    assert ended.returncode > 0
    sentence = (
        "The var pause_policy is 'sometimes'; allowed: zero_mrr_keep_customer, "
        "churn, keep_mrr."
    )
    assert sentence in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_fresh_process_builds_the_same(
    project: Project, warehouse: Warehouse, tmp_path: Path
) -> None:
    """The shortcut of these tests, one parse for many builds, changes no number.

    The process of its own builds under a schema prefix, which takes a parse.
    """
    story = """
        anna s1 2024-01-10T23:30 started 50
        anna s1 2024-02-10T23:30 paused
        bert s1 2024-01-31T23:30 started 20 plan_id=basic
        bert s1 2024-03-05T12:00 cancel_requested current_period_end=2024-04-01T12:00
    """
    variables: dict[str, object] = {
        "as_of_date": "2024-05-01",
        "pause_policy": "churn",
        "reporting_timezone": "Europe/Paris",
        "segment_names": ["plan_id"],
    }
    files = {"subscription_events.csv": stories.subscription_events(story)}
    warehouse.load_files(files)
    warehouse.build(variables)
    other = Warehouse(project, tmp_path / "other")
    other.load_files(files, "--vars", "{schema_prefix: team_}")
    given = ("--vars", json.dumps(variables | {"schema_prefix": "team_"}))
    ended = run_dbt(other.path, tmp_path, "build", *MODELS_ONLY, *given)
    assert ended.returncode == 0, ended.stdout
    rows = warehouse.marts()
    assert sum(rows.values()) > 0
    assert other.marts("team_marts") == rows
    schemas = other.query("select distinct table_schema from information_schema.tables")
    assert all(name.startswith("team_") for (name,) in schemas)
    for mart in rows.keys() - {"fct_loads"}:  # a load has an id and a time of its own
        columns = "* exclude (load_id)" if mart == "fct_data_quality_issues" else "*"
        found, expected = (
            built.query(f"select {columns} from {schema}.{mart} order by all")
            for built, schema in ((other, "team_marts"), (warehouse, "marts"))
        )
        assert found == expected, mart
