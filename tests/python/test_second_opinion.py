"""The second opinion, one sentence of the definitions at a time."""

# ruff: noqa: D102, ANN401 - the name of a test is its sentence; cells are of any type

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from second_opinion.money import RateBook, monthly_minor, wilson
from second_opinion.periods import add_months
from second_opinion.policies import Policies, default_as_of_date, policies_from_vars
from second_opinion.raw_rows import (
    ActivityEvent,
    Customer,
    CustomerAttribute,
    ExchangeRate,
    RawData,
    RevenueEvent,
    SubscriptionEvent,
    current_rows,
)
from second_opinion.recompute import Marts, recompute

NUMBERS = count(1)
KINDS = {"too_expensive": "voluntary", "payment_failed": "involuntary"}
Event = SubscriptionEvent


def at(text: str) -> datetime:
    """Return an instant; noon if only a date is given."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")


def event(kind: str, when: str, **columns: Any) -> Event:
    """Return a subscription event of customer c and subscription s."""
    price: dict[str, Any] = {}
    if kind in ("started", "changed"):
        price = {"unit_amount": Decimal(10), "billing_interval": "month"}
    cells: dict[str, Any] = {
        "event_id": f"e{next(NUMBERS):06d}",
        "customer_id": "c",
        "subscription_id": "s",
        "event_type": kind,
        "occurred_at": at(when),
        **price,
        **columns,
    }
    return Event(**cells)


def payment(when: str, amount: str = "5", **columns: Any) -> RevenueEvent:
    """Return a payment of customer c."""
    cells: dict[str, Any] = {
        "event_id": f"p{next(NUMBERS):06d}",
        "customer_id": "c",
        "event_type": "payment",
        "occurred_at": at(when),
        "amount": Decimal(amount),
        **columns,
    }
    return RevenueEvent(**cells)


def build(raw: RawData | list[Event], as_of: str = "2024-07-01", **more: Any) -> Marts:
    """Recompute all marts."""
    data = raw if isinstance(raw, RawData) else RawData(subscription_events=raw)
    more.setdefault("churn_kinds", KINDS)
    return recompute(data, Policies(as_of_date=date.fromisoformat(as_of), **more))


def moves(
    raw: RawData | list[Event], as_of: str = "2024-07-01", **more: Any
) -> list[tuple[str, str, int]]:
    """Return date, type and MRR after of every movement."""
    return [
        (
            str(row["occurred_at"])[:10],
            str(row["movement_type"]),
            int(Decimal(str(row["mrr_after"]))),
        )
        for row in build(raw, as_of, **more)["fct_mrr_movements"]
    ]


def row_of(rows: list[dict[str, object]], **cells: object) -> dict[str, object]:
    """Return the one row with these cells."""
    found = [r for r in rows if all(r[name] == cell for name, cell in cells.items())]
    assert len(found) == 1, f"{len(found)} rows with {cells}"
    return found[0]


def money_of(row: dict[str, object], name: str) -> Decimal:
    """Return an amount."""
    return Decimal(str(row[name]))


NEW = ("2024-01-10", "new", 10)


class TestOneSubscription:
    """Section 2: how the events of one subscription are read."""

    def test_a_scheduled_end_ends_it(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event(
                "cancel_requested", "2024-02-01", current_period_end=at("2024-03-10")
            ),
        ]
        assert moves(events) == [NEW, ("2024-03-10", "churn", 0)]
        early = moves(events, churn_recognition="cancel_request")
        assert early == [NEW, ("2024-02-01", "churn", 0)]
        assert moves(events, "2024-03-10") == [NEW]  # still to come

    @pytest.mark.parametrize("kind", ["renewed", "resumed"])
    def test_a_withdrawal_up_to_the_end_keeps_it(self, kind: str) -> None:
        ends = at("2024-03-10")
        events = [
            event("started", "2024-01-10"),
            event("cancel_requested", "2024-02-01", current_period_end=ends),
            event(kind, "2024-03-10"),
        ]
        assert moves(events) == [NEW]
        events[-1] = event(kind, "2024-03-11")
        assert moves(events) == [NEW, ("2024-03-10", "churn", 0)]

    def test_a_real_end_decides_whenever_it_comes(self) -> None:
        ends = at("2024-03-10")
        events = [
            event("started", "2024-01-10"),
            event("cancel_requested", "2024-02-01", current_period_end=ends),
            event("ended", "2024-03-20"),
        ]
        assert moves(events) == [NEW, ("2024-03-20", "churn", 0)]
        between = [*events, event("started", "2024-03-15")]
        assert [kind for _, kind, _ in moves(between)] == [
            "new",
            "churn",
            "reactivation",
            "churn",
        ]

    def test_a_later_request_replaces_the_older_end(self) -> None:
        later = event(
            "cancel_requested", "2024-02-05", current_period_end=at("2024-04-10")
        )
        events = [
            event("started", "2024-01-10"),
            event(
                "cancel_requested", "2024-02-01", current_period_end=at("2024-03-10")
            ),
            later,
        ]
        assert moves(events)[1][0] == "2024-04-10"
        events[-1] = event("cancel_requested", "2024-02-05")
        assert moves(events)[1][0] == "2024-03-10"

    def test_an_end_before_the_request_is_at_the_request(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event(
                "cancel_requested", "2024-02-01", current_period_end=at("2024-01-20")
            ),
        ]
        assert moves(events)[1][0] == "2024-02-01"

    def test_started_and_ended_at_once_renews_what_runs(self) -> None:
        again = [
            event("ended", "2024-02-10"),
            event("started", "2024-02-10", unit_amount=Decimal(12)),
        ]
        running = [event("started", "2024-01-10"), *again]
        assert moves(running) == [NEW, ("2024-02-10", "expansion", 12)]
        assert moves(again) == []
        gone = [event("started", "2024-01-10"), event("ended", "2024-01-20"), *again]
        assert moves(gone) == [NEW, ("2024-01-20", "churn", 0)]

    def test_only_started_revives_after_the_end(self) -> None:
        events = [event("started", "2024-01-10"), event("ended", "2024-02-01")]
        others = ("changed", "renewed", "resumed", "recovered", "trial_started")
        for number, kind in enumerate(others):
            events.append(event(kind, f"2024-02-1{number}"))
        assert len(moves(events)) == 2

    def test_changed_before_started_or_in_a_trial_acts_as_started(self) -> None:
        assert moves([event("changed", "2024-01-10")]) == [NEW]
        trial = [event("trial_started", "2024-01-01"), event("changed", "2024-01-10")]
        assert moves(trial) == [NEW]
        assert moves(trial[:1]) == []

    def test_pauses(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("paused", "2024-02-01"),
            event("resumed", "2024-03-01"),
        ]
        kinds = {
            "zero_mrr_keep_customer": ["new", "contraction", "expansion"],
            "churn": ["new", "churn", "reactivation"],
            "keep_mrr": ["new"],
        }
        for policy, expected in kinds.items():
            found = moves(events, pause_policy=policy)
            assert [kind for _, kind, _ in found] == expected

    def test_a_paused_customer_who_ends_churns_without_mrr(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("paused", "2024-02-01"),
            event("ended", "2024-03-01"),
        ]
        last = build(events)["fct_mrr_movements"][-1]
        assert (last["movement_type"], last["mrr_change"]) == ("churn", Decimal(0))

    def test_past_due_runs_out_after_exactly_n_days(self) -> None:
        events = [event("started", "2024-01-10"), event("past_due", "2024-02-01")]
        assert moves(events) == [NEW]
        expected = [NEW, ("2024-02-15", "churn", 0)]
        assert moves(events, past_due_days=14) == expected
        in_time = [*events, event("recovered", "2024-02-15")]
        assert moves(in_time, past_due_days=14) == [NEW]
        late = [*events, event("recovered", "2024-02-15T12:00:00.000001")]
        back = ("2024-02-15", "reactivation", 10)
        assert moves(late, past_due_days=14) == [*expected, back]
        churn = build(events, past_due_days=14)["fct_churns"][0]
        assert (churn["reason_code"], churn["churn_kind"]) == (
            "past_due",
            "involuntary",
        )

    def test_a_scheduled_end_decides_over_a_deadline_at_once(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("past_due", "2024-02-01"),
            event(
                "cancel_requested",
                "2024-02-03",
                current_period_end=at("2024-02-15"),
                reason_code="too_expensive",
            ),
        ]
        churn = build(events, past_due_days=14)["fct_churns"][0]
        assert churn["reason_code"] == "too_expensive"

    def test_the_reason_is_that_of_the_end_else_of_the_request(self) -> None:
        start = event("started", "2024-01-10")
        request = event("cancel_requested", "2024-02-01", reason_code="too_expensive")
        for given, reason, kind in (
            ("payment_failed", "payment_failed", "involuntary"),
            (None, "too_expensive", "voluntary"),
            ("never_listed", "never_listed", "unknown"),
        ):
            end = event("ended", "2024-03-01", reason_code=given)
            churn = build([start, request, end])["fct_churns"][0]
            assert (churn["reason_code"], churn["churn_kind"]) == (reason, kind)
        withdrawn = [start, request, event("renewed", "2024-02-05")]
        churn = build([*withdrawn, event("ended", "2024-03-01")])["fct_churns"][0]
        assert (churn["reason_code"], churn["churn_kind"]) == (None, "unknown")


class TestOneCustomer:
    """Sections 2 and 3: all subscriptions of a customer netted."""

    def test_free_plans(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("changed", "2024-02-10", unit_amount=Decimal(0)),
        ]
        assert moves(events)[1][1] == "churn"
        found = moves(events, free_plan_policy="customer")
        assert found[1] == ("2024-02-10", "contraction", 0)

    def test_discounts(self) -> None:
        events = [event("started", "2024-01-10", discount_amount=Decimal(11))]
        assert moves(events) == []
        assert moves(events, discount_policy="none") == [NEW]

    def test_gaps_up_to_the_limit_are_closed(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("ended", "2024-02-10"),
            event("started", "2024-02-13", unit_amount=Decimal(12)),
        ]
        closed = [NEW, ("2024-02-13", "expansion", 12)]
        assert moves(events, subscription_merge_gap_days=3) == closed
        assert len(moves(events, subscription_merge_gap_days=2)) == 3

    def test_an_open_gap_is_a_churn_only_once_it_is_too_long(self) -> None:
        events = [event("started", "2024-01-10"), event("ended", "2024-02-10T00:00:00")]
        gap = {"subscription_merge_gap_days": 3}
        assert moves(events, "2024-02-13", **gap) == [NEW]
        found = moves(events, "2024-02-14", **gap)
        assert found == [NEW, ("2024-02-10", "churn", 0)]

    def test_a_new_id_at_the_same_instant_is_no_movement(self) -> None:
        events = [
            event("started", "2024-01-10"),
            event("ended", "2024-02-10"),
            event("started", "2024-02-10", subscription_id="s2"),
        ]
        assert moves(events) == [NEW]

    def test_merged_customers_are_their_survivor(self) -> None:
        raw = RawData(
            customers=[
                Customer(customer_id="a", merged_into_customer_id="b"),
                Customer(customer_id="b", merged_into_customer_id="c"),
                Customer(customer_id="x", merged_into_customer_id="y"),
                Customer(customer_id="y", merged_into_customer_id="x"),
            ],
            subscription_events=[event("started", "2024-01-10", customer_id="a")],
        )
        marts = build(raw)
        assert marts["fct_mrr_movements"][0]["customer_id"] == "c"
        known = [row["customer_id"] for row in marts["dim_customers"]]
        assert known == ["c", "x", "y"]

    def test_mrr_of_a_movement_is_at_the_rate_of_its_month(self) -> None:
        raw = RawData(
            subscription_events=[
                event("started", "2024-01-10", currency="EUR"),
                event("ended", "2024-03-10"),
            ],
            exchange_rates=[
                ExchangeRate(rate_date=day, currency="EUR", rate=Decimal(rate))
                for day, rate in (
                    (date(2024, 1, 20), "1.1"),
                    (date(2024, 3, 1), "1.2"),
                    (date(2024, 3, 2), "1.5"),
                )
            ],
        )
        marts = build(raw)
        changes = [row["mrr_change"] for row in marts["fct_mrr_movements"]]
        assert changes == [Decimal("11.0000"), Decimal("-12.0000")]
        rows = marts["metrics_mrr_by_period"]
        march = row_of(rows, period_grain="month", period_start_date=date(2024, 3, 1))
        assert march["starting_mrr"] == Decimal(11)
        assert march["fx_impact_mrr"] == Decimal(1)
        assert march["churned_mrr"] == Decimal(12)
        assert march["gross_revenue_churn_rate"] == 1.0
        fixed = build(raw, fx_policy="fixed_rate")["fct_mrr_movements"]
        assert [row["mrr_change"] for row in fixed] == [Decimal(15), Decimal(-15)]

    def test_rates_are_of_exact_sums_so_that_retention_stays_a_share(self) -> None:
        rates = ((date(2024, 1, 1), "1.000004"), (date(2024, 2, 1), "1.000008"))
        raw = RawData(
            subscription_events=[
                event("started", "2024-01-10", currency="EUR"),
                event("ended", "2024-02-10"),
            ],
            exchange_rates=[
                ExchangeRate(rate_date=day, currency="EUR", rate=Decimal(rate))
                for day, rate in rates
            ],
        )
        rows = build(raw)["metrics_mrr_by_period"]
        row = row_of(rows, period_grain="month", period_start_date=date(2024, 2, 1))
        assert money_of(row, "starting_mrr") + money_of(row, "fx_impact_mrr") == 10
        assert money_of(row, "churned_mrr") == Decimal("10.0001")
        assert row["gross_revenue_retention_rate"] == 0.0


class TestWindows:
    """Section 2: purchase and activity basis."""

    def test_windows_are_exact_and_touching_ones_are_one(self) -> None:
        first = at("2024-01-01")
        touching = first + timedelta(days=90)
        raw = RawData(
            revenue_events=[
                payment(first.isoformat()),
                payment(touching.isoformat()),
            ]
        )
        spans = build(raw, "2024-12-01")["fct_churns"]
        assert [row["churned_at"] for row in spans] == [touching + timedelta(days=90)]
        apart = touching + timedelta(microseconds=1)
        raw.revenue_events[1] = payment(apart.isoformat())
        assert len(build(raw, "2024-12-01")["fct_churns"]) == 2

    def test_an_end_at_as_of_date_has_not_come(self) -> None:
        used = ActivityEvent(
            customer_id="c", event_name="login", occurred_at=at("2024-01-01T00:00:00")
        )
        raw = RawData(activity_events=[used, used])
        assert build(raw, "2024-01-31")["fct_churns"] == []
        assert len(build(raw, "2024-02-01")["fct_churns"]) == 1

    def test_an_order_is_timed_by_its_first_payment(self) -> None:
        raw = RawData(
            revenue_events=[
                payment("2024-01-01", order_id="o"),
                payment("2024-03-01", order_id="o"),
                payment("2024-03-05", subscription_id="s"),
                payment("2024-01-02", event_type="refund", order_id="o", amount="2"),
            ]
        )
        marts = build(raw)
        assert len(marts["fct_orders"]) == 1
        order = marts["fct_orders"][0]
        assert (order["amount"], order["refunded_amount"]) == (10, 2)
        assert row_of(marts["dim_customers"])["lifetime_revenue"] == Decimal(13)


class TestSegments:
    """Section 5: who is booked where."""

    def test_channel_and_country_are_attributes_before_the_first_given_row(
        self,
    ) -> None:
        given = ((at("2024-02-10"), "IN"), (at("2025-01-01"), "FR"))
        raw = RawData(
            customers=[Customer(customer_id="c", country="DE")],
            customer_attributes=[
                CustomerAttribute(
                    customer_id="c",
                    attribute_name="country",
                    attribute_value=value,
                    valid_from=valid_from,
                )
                for valid_from, value in given
            ],
        )
        rows = build(raw)["dim_customer_attributes"]
        country = [row for row in rows if row["attribute_name"] == "country"]
        values = [(row["valid_from"], row["attribute_value"]) for row in country]
        # What holds from after as_of_date is not known.
        assert values == [(None, "DE"), (at("2024-02-10"), "IN")]
        assert country[0]["next_valid_from"] == at("2024-02-10")
        assert country[1]["next_valid_from"] is None

    def test_one_without_a_plan_is_booked_under_the_last_plan(self) -> None:
        raw = RawData(
            subscription_events=[
                event("started", "2024-01-10", plan_id="pro"),
                event("ended", "2024-02-10"),
            ],
            revenue_events=[payment("2024-03-10")],
        )
        marts = build(raw, segment_names=("plan_id",))
        cohorts = marts["metrics_retention_by_cohort_and_segment"]
        values = {row["segment_value"] for row in cohorts}
        assert values == {"pro"}

    def test_one_who_moves_leaves_and_enters_with_the_starting_mrr(self) -> None:
        raw = RawData(
            subscription_events=[
                event("started", "2024-01-10"),
                event("changed", "2024-02-20", unit_amount=Decimal(15)),
            ],
            customers=[Customer(customer_id="c", country="DE")],
            customer_attributes=[
                CustomerAttribute(
                    customer_id="c",
                    attribute_name="country",
                    attribute_value="IN",
                    valid_from=at("2024-02-10"),
                )
            ],
        )
        marts = build(raw, segment_names=("country",))
        february = {"period_grain": "month", "period_start_date": date(2024, 2, 1)}
        rows = marts["metrics_mrr_by_period_and_segment"]
        old = row_of(rows, segment_value="DE", **february)
        new = row_of(rows, segment_value="IN", **february)
        assert (old["leaving_mrr"], old["ending_mrr"]) == (10, 0)
        assert (new["entering_mrr"], new["expansion_mrr"]) == (10, 5)
        assert new["net_revenue_churn_rate"] == -0.5
        twins = marts["metrics_retention_by_cohort_and_segment"]
        assert {row["segment_value"] for row in twins} == {"DE"}


class TestEarlyChurn:
    """Section 6: marks on the wall clock of the reporting zone."""

    @pytest.mark.parametrize(
        ("ended", "lost"),
        [("2024-02-29T12:00:00", 1), ("2024-02-29T12:00:00.000001", 0)],
    )
    def test_an_end_exactly_at_the_mark_is_lost(self, ended: str, lost: int) -> None:
        events = [event("started", "2024-01-31"), event("ended", ended)]
        rows = build(events)["metrics_early_churn_by_cohort"]
        month = row_of(rows, retention_basis="subscription", period_grain="month")
        assert month["first_month_eligible_customers"] == 1
        assert month["first_month_churned_customers"] == lost
        assert month["first_year_churn_rate"] is None


class TestTime:
    """Section 1: zones, defaults, versions."""

    def test_dates_are_those_of_the_reporting_zone(self) -> None:
        events = [event("started", "2024-02-01T04:59:59")]
        rows = build(events, reporting_timezone="America/New_York")
        starts = [row["period_start_date"] for row in rows["metrics_mrr_by_period"]]
        assert date(2024, 1, 31) in starts

    def test_default_as_of_date_ignores_ends(self) -> None:
        raw = RawData(
            subscription_events=[
                event("started", "2024-01-10T23:30:00"),
                event("ended", "2024-05-10"),
            ]
        )
        now = datetime(2024, 6, 1)
        assert default_as_of_date(raw, "UTC", now) == date(2024, 1, 11)
        assert default_as_of_date(raw, "Asia/Kolkata", now) == date(2024, 1, 12)
        assert default_as_of_date(raw, "UTC", at("2024-01-05")) == date(2024, 1, 5)

    def test_the_version_recorded_last_is_read(self) -> None:
        old = event("started", "2024-01-10", recorded_at=at("2024-02-01"))
        new = event(
            "started",
            "2024-01-11",
            event_id=old.event_id,
            recorded_at=at("2024-02-02"),
        )
        raw = RawData(subscription_events=[new, old])
        assert current_rows(raw).subscription_events == [new]

    def test_months_are_counted_from_the_anchor(self) -> None:
        assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
        assert add_months(date(2024, 1, 31), 2) == date(2024, 3, 31)
        assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)


class TestMoney:
    """Section 2: MRR of a price."""

    @pytest.mark.parametrize(
        ("columns", "minor"),
        [
            ({"billing_interval": "year", "unit_amount": Decimal(1200)}, 1000000),
            ({"billing_interval": "week", "unit_amount": Decimal(24)}, 1040000),
            ({"billing_interval": "day", "unit_amount": Decimal(4)}, 1217500),
            ({"interval_count": 6, "unit_amount": Decimal(600)}, 1000000),
            ({"interval_count": 2, "unit_amount": Decimal("0.0001")}, 1),
            ({"quantity": Decimal("2.5"), "discount_amount": Decimal(20)}, 50000),
        ],
    )
    def test_price_to_month(self, columns: dict[str, Any], minor: int) -> None:
        assert monthly_minor(event("started", "2024-01-01", **columns), "all") == minor

    def test_before_the_first_rate_the_oldest_holds(self) -> None:
        rows = [
            ExchangeRate(
                rate_date=date(2024, 2, 2), currency="EUR", rate=Decimal("1.1")
            )
        ]
        book = RateBook(rows, "USD", "period_start_rate", date(2024, 3, 1))
        assert book.rate("EUR", date(2024, 1, 5)) == 11_000_000_000
        assert book.rate("USD", date(2024, 1, 5)) == 10_000_000_000

    def test_wilson_interval(self) -> None:
        low, high = wilson(1, 2)
        assert low == pytest.approx(0.09453120573423071, abs=1e-12)
        assert high == pytest.approx(0.9054687942657693, abs=1e-12)
        assert wilson(0, 0) == (None, None)


def test_vars_become_policies() -> None:
    """The vars of dbt, as text or typed, and back."""
    policies = Policies(as_of_date=date(2024, 1, 1), past_due_days=14)
    again = policies_from_vars(policies.as_vars(), date(2024, 1, 1), {})
    assert again.as_vars() == policies.as_vars()
