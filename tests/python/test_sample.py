"""The generated sample: the same bytes, the whole contract, and a truth that holds."""

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from generate_sample import main
from sample.calendar_arithmetic import add_intervals, add_months

CUSTOMERS = 3000
EVENT_TABLES = {
    "subscription_events": "event_id",
    "revenue_events": "event_id",
    "activity_events": "event_id",
    "survey_responses": "response_id",
}


def generate(folder: Path, *options: str) -> Path:
    """Generate a small source folder."""
    assert main([str(folder), *options]) == 0
    return folder


def relation(folder: Path, table: str) -> str:
    """Return SQL that reads all rows of one table as text or typed values."""
    if (folder / table).is_dir():
        return f"read_parquet('{folder}/{table}/*.parquet')"
    path = next(folder.glob(f"{table}.*"))
    if path.suffix == ".jsonl":
        return f"read_json('{path}')"
    if path.suffix == ".parquet":
        return f"read_parquet('{path}')"
    return f"read_csv('{path}', all_varchar = true)"


def rows(sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 3,000 customers over 36 months."""
    folder = tmp_path_factory.mktemp("sample") / "source"
    return generate(folder, "--customers", str(CUSTOMERS), "--seed", "3")


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict[str, Any]:
    """Return the known truth of the sample."""
    text = (sample / "truth.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@pytest.fixture(scope="module")
def newest_events(sample: Path) -> str:
    """Return SQL for the newest version of every usable subscription event."""
    return f"""(
        select * from {relation(sample, "subscription_events")}
        where event_type != 'upgraded' and subscription_id is not null
            and try_cast(occurred_at as timestamp) is not null
        qualify row_number() over (
            partition by event_id order by recorded_at desc) = 1
    )"""


def test_every_file_format_is_used(sample: Path) -> None:
    """Whoever loads the sample has read each format of the contract."""
    names = {path.name for path in sample.iterdir()}
    assert {
        "customers.csv",
        "customer_attributes.csv.gz",
        "activity_events.parquet",
        "survey_responses.jsonl",
        "truth.json",
    } <= names
    assert len(names) == 9


def test_every_event_type_interval_currency_and_reason_appears(sample: Path) -> None:
    """No word of the contract is missing from the sample."""
    events = relation(sample, "subscription_events")

    def words(column: str, source: str = events) -> set[str | None]:
        return {row[0] for row in rows(f"select distinct {column} from {source}")}

    assert words("event_type") == {
        *("trial_started", "started", "changed", "renewed", "paused", "resumed"),
        *("past_due", "recovered", "cancel_requested", "ended", "upgraded"),
    }
    assert words("billing_interval") - {None} == {
        *("day", "week", "month", "quarter", "year")
    }
    assert words("currency") - {None} == {"USD", "EUR", "GBP"}
    assert words("reason_code") >= {
        *("too_expensive", "missing_features", "switched_to_competitor"),
        *("no_longer_needed", "poor_support", "payment_failed", "card_expired"),
        *("fraud", "past_due", "moved_abroad", None),
    }
    assert words("plan_id") >= {"free", "basic", "pro", "team", "enterprise"}
    assert words("event_type", relation(sample, "revenue_events")) == {
        *("payment", "refund", "chargeback", "payment_failed", "discount")
    }
    assert words("survey_type", relation(sample, "survey_responses")) >= {
        *("nps", "csat", "cancellation")
    }
    assert len(words("acquisition_channel", relation(sample, "customers"))) == 7


def test_the_cases_that_need_care_appear(newest_events: str) -> None:
    """Pending ends, requests without an end, returns, back-to-back ids, at once two."""
    cases = rows(f"""
        with events as {newest_events},
        ends as (select * from events where event_type = 'ended'),
        starts as (select * from events where event_type = 'started')
        select
            (select count(*) from ends where occurred_at >= '2026-01-01'),
            (select count(*) from events as asked
             where event_type = 'cancel_requested'
                and current_period_end < '2026-01-01'
                and not exists (
                    select 1 from events as later
                    where later.subscription_id = asked.subscription_id
                        and later.occurred_at > asked.occurred_at)),
            (select count(*) from ends join starts using (subscription_id)
             where starts.occurred_at > ends.occurred_at),
            (select count(*) from ends join starts using (customer_id, occurred_at)
             where starts.subscription_id != ends.subscription_id),
            (select count(distinct customer_id) from starts
             where subscription_id like '%-2'),
            (select count(*) from ends where reason_code is null)
    """)[0]
    assert all(count > 0 for count in cases), cases


def test_months_are_added_to_the_anchor() -> None:
    """31 January renews on 28 February and then on 31 March."""
    anchor = np.array(["2023-01-31T10:00:00"], dtype="datetime64[s]").astype(np.int64)
    one = np.array([1])

    def renewal(number: int) -> str:
        at = add_intervals(anchor, np.array([2]), one, number)
        return str(at.astype("datetime64[s]")[0])

    assert [renewal(n) for n in range(4)] == [
        "2023-01-31T10:00:00",
        "2023-02-28T10:00:00",
        "2023-03-31T10:00:00",
        "2023-04-30T10:00:00",
    ]
    assert add_months(anchor, np.array([-1]))[0] == anchor[0] - 31 * 86_400


def test_renewals_lie_at_the_anchor_plus_whole_intervals(newest_events: str) -> None:
    """Anchors are `started`, and a `changed` that converts or changes the interval."""
    renewed, matched, month_ends = rows(f"""
        with events as {newest_events},
        anchors as (
            select subscription_id, billing_interval,
                cast(occurred_at as timestamp) as anchor,
                coalesce(cast(interval_count as integer), 1) as units
            from events where event_type in ('started', 'changed')
        ),
        renewals as (
            select event_id, subscription_id, cast(occurred_at as timestamp) as renewed
            from events where event_type = 'renewed'
        ),
        due as (
            select renewals.*, anchors.*, unnest(range(1, 260)) as n
            from renewals
            join anchors using (subscription_id)
            where hash(renewals.event_id) % 5 = 0 and anchor < renewed
        ),
        matches as (
            select distinct event_id, day(renewed) != day(anchor) as is_moved from due
            where renewed = anchor + case billing_interval
                when 'day' then to_days(cast(n * units as integer))
                when 'week' then to_days(cast(7 * n * units as integer))
                when 'month' then to_months(cast(n * units as integer))
                when 'quarter' then to_months(cast(3 * n * units as integer))
                else to_months(cast(12 * n * units as integer))
            end
        )
        select
            (select count(*) from renewals where hash(event_id) % 5 = 0),
            (select count(distinct event_id) from matches),
            (select count(*) from matches where is_moved)
    """)[0]
    assert renewed > 2000
    assert matched == renewed
    assert month_ends > 0


def test_ids_are_unique_apart_from_declared_duplicates_and_corrections(
    sample: Path, truth: dict[str, Any]
) -> None:
    """Rows and ids differ by exactly what the truth declares."""
    for table, key in EVENT_TABLES.items():
        counts = truth["tables"][table]
        repeated = rows(f"""
            select count(*) - count(distinct {key}),
                count(*) - (select count(*) from (
                    select distinct * from {relation(sample, table)}))
            from {relation(sample, table)}
        """)[0]
        duplicates, corrections = counts["duplicate_rows"], counts["corrected_rows"]
        assert repeated == (duplicates + corrections, duplicates), table
        assert min(duplicates, corrections) > 0


def test_a_correction_comes_later_with_other_content(sample: Path) -> None:
    """Two versions of one id never share `recorded_at` or content."""
    wrong = rows(f"""
        select event_id from (select distinct * from
            {relation(sample, "revenue_events")})
        group by event_id
        having count(*) > 2 or (count(*) = 2 and (
            count(distinct recorded_at) = 1 or count(distinct amount) = 1))
    """)
    assert wrong == []


def test_the_truth_counts_the_rows_of_every_table(
    sample: Path, truth: dict[str, Any]
) -> None:
    """Rows, and bad rows by kind, are those in the files."""
    counted = {
        table: rows(f"select count(*) from {relation(sample, table)}")[0][0]
        for table in truth["tables"]
    }
    assert counted == {name: t["rows"] for name, t in truth["tables"].items()}
    bad = truth["tables"]["subscription_events"]["bad_rows"]
    found = rows(f"""
        select count_if(event_type = 'upgraded'), count_if(subscription_id is null),
            count_if(try_cast(occurred_at as timestamp) is null)
        from {relation(sample, "subscription_events")}
    """)[0]
    assert found == (
        bad["unknown_event_type"],
        bad["missing_key"],
        bad["unparsable_timestamp"],
    )


def test_bad_rows_are_few(truth: dict[str, Any]) -> None:
    """A load must not be refused for its quarantined share."""
    for name, table in truth["tables"].items():
        assert sum(table["bad_rows"].values()) <= 0.003 * table["rows"], name


def test_nothing_but_scheduled_ends_happens_after_the_history(
    sample: Path, newest_events: str
) -> None:
    """The history ends where the arguments say."""
    late = rows(f"""
        select event_type from {newest_events}
        where occurred_at >= '2026-01-01' and event_type != 'ended'
        union all
        select event_name from {relation(sample, "activity_events")}
        where occurred_at >= timestamp '2026-01-01'
    """)
    assert late == []


def test_decisions_to_leave_follow_the_stated_hazard(truth: dict[str, Any]) -> None:
    """By channel, plan and tenure, within 4.5 standard deviations."""
    cells = truth["hazard_by_channel_plan_tenure"]
    for name in ("acquisition_channel", "plan_id", "tenure_from_month"):
        for value in {cell[name] for cell in cells}:
            some = [cell for cell in cells if cell[name] == value]
            expected = sum(cell["expected_decisions"] for cell in some)
            found = sum(cell["decisions"] for cell in some)
            assert abs(found - expected) < 4.5 * math.sqrt(expected) + 3, value
    # A year at once is left less often than twelve months: a little below 1.
    hazard = sum(cell["months"] * cell["monthly_hazard"] for cell in cells)
    assert 0.8 < sum(cell["expected_decisions"] for cell in cells) / hazard < 1.0


def test_a_monthly_price_names_its_plan(newest_events: str) -> None:
    """At the start too, whatever the plan became later."""
    found = rows(f"""
        with events as {newest_events}
        select plan_id, count(distinct cast(unit_amount as decimal(18, 2)))
        from events
        where
            event_type in ('started', 'changed') and billing_interval = 'month'
            and interval_count is null and currency = 'USD'
            and plan_id is not null
        group by plan_id
    """)
    assert len(found) == 5
    assert {prices for _, prices in found} == {1}
