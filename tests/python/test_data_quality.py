"""Issues of the data: each kind is found where it is, named and counted."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import stories
from loading.contract import TABLES
from loading.fault_rules import fault_rules
from loading.file_columns import FileColumns
from project_build import PROJECT, Warehouse
from refreshing.comparison import fallen_tables

AS_OF_DATE = "2024-07-01"
AUDIT = (
    *("--select", "+path:models/marts/audit"),
    *("--indirect-selection", "buildable"),
)
SEED = PROJECT / "seeds/data_quality_issue_codes.csv"
# Reasons that are no rule of a column: lines that are no records, and conflicts.
REASONS_OF_LINES = {
    "unparsable_line",
    "invalid_utf8",
    "nul_byte",
    "line_too_long",
    "wrong_type",
    "conflicting_duplicate",
}
EVENTS = """
    two_at_once s1 2024-01-10 started 30
    two_at_once s2 2024-03-10 started 12
    one_by_one s3 2024-01-10 started 30
    one_by_one s4 2024-03-10 started 12
    one_by_one s3 2024-03-10 ended
    backwards s5 2024-01-10 ended
    backwards s5 2024-02-10 started 7
    never_began s6 2024-01-10 renewed
    zombie s7 2024-01-10 started 20
    zombie s7 2024-02-10 ended
    zombie s7 2024-02-20 changed 25
    zombie s7 2024-03-10 ended
    forgetful s8 2024-01-10 started 10 plan_id=pro quantity=3 currency=EUR
    forgetful s8 2024-02-10 changed 11
    silent s9 2024-01-10 started 40
    silent s9 2024-02-10 renewed
    punctual s10 2024-01-10 started 40
    punctual s10 2024-06-10 renewed
    odd_reason s11 2024-01-10 started 5
    odd_reason s11 2024-02-10 ended reason_code=mars_in_retrograde
    lender s12 2024-01-10 started 3
    borrower s12 2024-01-10 started 4
    stranger s13 2024-01-10 started 6
    circle_a s14 2024-01-10 started 8
"""
REVENUE = """
    two_at_once 2024-01-10 payment 10 order_id=o1
    two_at_once 2024-01-11 refund 11 order_id=o1
    one_by_one 2024-01-10 payment 10 order_id=o1
    one_by_one 2024-01-11 refund 10 order_id=o1
    zombie 2024-01-11 payment -1
    zombie 2024-01-11 payment much
    ada@example.org 2024-01-11 payment much
"""
# By hand: table, kind, rows, customers, MRR at stake. 11 EUR are 22 USD; `zombie` pays
# nothing any more, and its subscription was last worth 20, for the 25 came too late.
EXPECTED = {
    ("subscription_events", "overlapping_subscriptions", 1, 1, "12"),
    ("subscription_events", "ended_before_started", 1, 1, "7"),
    ("subscription_events", "subscription_without_start", 1, 1, "0"),
    ("subscription_events", "event_after_end", 2, 1, "25"),
    ("subscription_events", "changed_drops_plan", 1, 1, "11"),
    ("subscription_events", "changed_drops_quantity", 1, 1, "11"),
    ("subscription_events", "changed_drops_currency", 1, 1, "11"),
    ("subscription_events", "renewal_overdue", 1, 1, "40"),
    ("subscription_events", "unlisted_churn_reason", 1, 1, "5"),
    ("subscription_events", "shared_subscription_id", 2, 2, "7"),
    ("subscription_events", "unlisted_customer", 1, 1, "6"),
    ("revenue_events", "refund_exceeds_payment", 1, 1, "42"),
    ("revenue_events", "negative_amount", 1, 1, "0"),
    ("revenue_events", "bad_number", 2, 1, "0"),
    ("customers", "merge_refused", 2, 2, "8"),
    ("customers", "merged_into_unlisted_customer", 1, 1, "0"),
}


def issues(warehouse: Warehouse) -> set[tuple[object, ...]]:
    """Return the kinds of issues with their counts."""
    rows = warehouse.query(
        "select table_name, issue_code, row_count, customer_count, mrr_at_stake "
        "from marts.metrics_data_quality_by_table"
    )
    return {(*row[:4], stories.told(row[4])) for row in rows}


@pytest.fixture(scope="module")
def troubled(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return marts built from data with one of each kind."""
    names = {words[0] for words in stories.lines_of(EVENTS)} - {"stranger"}
    listed = [f"{name}\n" for name in sorted(names - {"circle_a"})]
    merges = "circle_a merged_into_customer_id=circle_b\n"
    merges += "circle_b merged_into_customer_id=circle_a\n"
    merges += "merged merged_into_customer_id=nobody\n"
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "customers.csv": stories.customers("".join(listed) + merges),
            "subscription_events.csv": stories.subscription_events(EVENTS),
            "revenue_events.csv": stories.revenue_events(REVENUE),
            "exchange_rates.csv": stories.exchange_rates("2024-01-01 EUR 2"),
        },
        *("--max-quarantined-share", "1"),
    )
    warehouse.build({"as_of_date": AS_OF_DATE}, *AUDIT, tests=True)
    return warehouse


def test_each_kind_of_issue_is_found_once(troubled: Warehouse) -> None:
    """With its rows, customers and MRR; nothing else is reported."""
    assert issues(troubled) == EXPECTED


def test_issues_name_their_subject(troubled: Warehouse) -> None:
    """The event or the row, its customer, time and load."""
    (load_id,) = troubled.query("select load_id from raw.loads")[0]
    found = troubled.query(
        "select issue_code, subject_id, customer_id, occurred_at::date::text, load_id "
        "from marts.fct_data_quality_issues where issue_code in "
        "('overlapping_subscriptions', 'negative_amount', 'renewal_overdue') "
        "order by issue_code"
    )
    assert found == [
        (
            "negative_amount",
            f"{load_id}/revenue_events.csv:6",
            "zombie",
            "2024-01-11",
            load_id,
        ),
        ("overlapping_subscriptions", "e0001", "two_at_once", "2024-03-10", load_id),
        # Paid on 10 February, so due a month later.
        ("renewal_overdue", "e0015", "silent", "2024-03-10", load_id),
    ]


def test_a_text_in_place_of_a_customer_stays_in_raw(troubled: Warehouse) -> None:
    """The bad row names an e-mail address as its customer; no mart shows it."""
    for table in ("fct_loads", "fct_data_quality_issues"):
        for row in troubled.query(f"select * from marts.{table}"):
            assert "example.org" not in str(row)
    assert troubled.query(
        "select count(*) from raw.quarantine where customer_id = 'ada@example.org'"
    ) == [(1,)]


def test_loads_are_those_of_raw(troubled: Warehouse) -> None:
    """One row per file, with the same counts."""
    found = troubled.query(
        "select table_name, file_name, status, rows_read, rows_loaded, rows_duplicate, "
        "rows_quarantined, first_occurred_at::date::text from marts.fct_loads "
        "where table_name like '%_events' order by table_name"
    )
    assert found == [
        ("revenue_events", "revenue_events.csv", "loaded", 7, 4, 0, 3, "2024-01-10"),
        (
            "subscription_events",
            "subscription_events.csv",
            "loaded",
            24,
            24,
            0,
            0,
            "2024-01-10",
        ),
    ]


def test_cancellations_that_stop_arriving_are_noticed(
    new_warehouse: Callable[[], Warehouse],
) -> None:
    """Somebody left every third day, then nobody for a month while others renew."""
    first = date(2024, 1, 1)
    days = [first + timedelta(days=3 * number) for number in range(12)]
    lines = [f"stays s {first} started 100"]
    for number, day in enumerate(days):
        lines += [f"c{number} s {first} started 5", f"c{number} s {day} ended"]
    expected = ("subscription_events", "cancellations_stopped", 1, 0, "100")
    for renewed_at, is_found in (
        (days[-1] + timedelta(7), False),
        ("2024-03-05", True),
    ):
        warehouse = new_warehouse()
        events = stories.subscription_events(
            "\n".join([*lines, f"stays s {renewed_at} renewed"])
        )
        warehouse.load_files({"subscription_events.csv": events})
        warehouse.build({}, *AUDIT)
        assert (expected in issues(warehouse)) == is_found


def test_a_chain_of_merges_that_is_too_long(warehouse: Warehouse) -> None:
    """1,024 links are followed; of 1,030 the first six customers are refused."""
    links = [f"c{n} merged_into_customer_id=c{n + 1}" for n in range(1030)]
    warehouse.load_files(
        {
            "customers.csv": stories.customers("\n".join([*links, "c1030"])),
            "subscription_events.csv": stories.subscription_events(
                "c0 s 2024-01-10 started 9\nc6 t 2024-01-10 started 4"
            ),
        }
    )
    warehouse.build({"as_of_date": AS_OF_DATE}, *AUDIT)
    assert ("customers", "merge_refused", 6, 6, "9") in issues(warehouse)


def test_nothing_is_wrong_with_nothing(warehouse: Warehouse) -> None:
    """Empty tables give empty marts."""
    warehouse.load_files({"activity_events.csv": stories.activity_events("")})
    warehouse.build({}, *AUDIT, tests=True)
    assert warehouse.marts()["fct_data_quality_issues"] == 0
    assert warehouse.marts()["metrics_data_quality_by_table"] == 0
    assert warehouse.marts()["fct_loads"] == 1


def test_issues_that_were_healed_stop_no_refresh(tmp_path: Path) -> None:
    """They may become fewer from one published version to the next."""
    marts = ("fct_data_quality_issues", "metrics_data_quality_by_table", "fct_churns")
    for name, rows in (("live", 9), ("candidate", 0)):
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute("create schema raw; create schema marts")
            for mart in marts:
                connection.execute(
                    f"create table marts.{mart} as select * from range({rows})"
                )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'candidate'}' as warehouse")
        falls = fallen_tables(connection, tmp_path / "live")
    assert [fall.table for fall in falls] == ["marts.fct_churns"]


def listed_codes() -> dict[str, str]:
    """Return the codes of the seed with their severities."""
    with SEED.open(encoding="utf-8", newline="") as stream:
        return {row["issue_code"]: row["severity"] for row in csv.DictReader(stream)}


def test_every_code_that_is_given_is_listed_and_no_other() -> None:
    """The loader's reasons, and the kinds that the tests above find."""
    given = set(REASONS_OF_LINES) | {"cancellations_stopped"}
    given.update(code for _, code, *_ in EXPECTED)
    for table in TABLES:
        for is_parquet in (False, True):
            columns = FileColumns(
                dict.fromkeys(table.column_names, "VARCHAR"), is_parquet=is_parquet
            )
            rules = fault_rules(table, columns, known_currencies="currencies")
            given.update(reason for _, reason in rules)
    assert given == set(listed_codes())


def test_the_page_tells_every_code() -> None:
    """docs/data_quality.md says of each what it means and what to do."""
    page = (PROJECT / "docs/data_quality.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE)
    assert dict(told) == listed_codes()
    assert len(told) == len(listed_codes())
