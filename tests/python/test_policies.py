"""Every var with every value, on small adversarial histories.

The expected rows are by hand; each docstring quotes or names the sentence of the
definitions that they follow from. Most histories share one source folder: customers do
not disturb each other in `fct_mrr_movements` and `fct_churns`.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import stories
from project_build import PROJECT, Outcome, Project, Warehouse
from second_opinion.variables import project_variables
from stories import churns, movements

Built = Callable[..., Warehouse]

AS_OF_DATE = "2024-07-01"
EVENTS = """
    # churn_recognition
    asks s1 2024-01-10T12:00 started 30
    asks s1 2024-03-05T09:00 cancel_requested current_period_end=2024-03-10T12:00 \
        reason_code=too_expensive
    asks_late s1 2024-01-10T12:00 started 30
    asks_late s1 2024-03-20T12:00 cancel_requested current_period_end=2024-03-10T12:00
    withdraws s1 2024-01-10T12:00 started 30
    withdraws s1 2024-03-05T09:00 cancel_requested current_period_end=2024-03-10T12:00
    withdraws s1 2024-03-10T12:00 renewed
    withdraws_too_late s1 2024-01-10T12:00 started 30
    withdraws_too_late s1 2024-03-05T09:00 cancel_requested \
        current_period_end=2024-03-10T12:00
    withdraws_too_late s1 2024-03-10T12:00:00.000001 renewed
    asks_twice s1 2024-01-10T12:00 started 30
    asks_twice s1 2024-03-05T09:00 cancel_requested current_period_end=2024-03-10T12:00
    asks_twice s1 2024-03-08T09:00 cancel_requested current_period_end=2024-04-10T12:00
    asks_openly s1 2024-01-10T12:00 started 30
    asks_openly s1 2024-03-05T09:00 cancel_requested reason_code=unused
    asks_openly s1 2024-05-10T12:00 ended
    ended_later s1 2024-01-10T12:00 started 30
    ended_later s1 2024-03-05T09:00 cancel_requested current_period_end=2024-03-10T12:00
    ended_later s1 2024-04-10T12:00 ended reason_code=fraud
    pending s1 2024-01-10T12:00 started 30
    pending s1 2024-06-20T12:00 cancel_requested current_period_end=2024-07-15T12:00
    ends_on_the_edge s1 2024-01-10T12:00 started 30
    ends_on_the_edge s1 2024-07-01T00:00 ended
    ends_before_the_edge s1 2024-01-10T12:00 started 30
    ends_before_the_edge s1 2024-06-30T23:59:59.999999 ended
    # pause_policy
    pauses s1 2024-01-10T12:00 started 50
    pauses s1 2024-03-10T12:00 paused
    pauses s1 2024-03-15T12:00 paused
    pauses s1 2024-05-10T12:00 resumed
    pauses s1 2024-05-12T12:00 resumed
    pauses_and_leaves s1 2024-01-10T12:00 started 50
    pauses_and_leaves s1 2024-03-10T12:00 paused
    pauses_and_leaves s1 2024-04-10T12:00 ended
    pauses_one_of_two s1 2024-01-10T12:00 started 50
    pauses_one_of_two s2 2024-01-10T12:00 started 20
    pauses_one_of_two s1 2024-03-10T12:00 paused
    # past_due_policy
    owes s1 2024-01-10T12:00 started 40
    owes s1 2024-03-10T12:00 past_due
    owes s1 2024-03-20T12:00 past_due
    owes s1 2024-04-10T12:00 recovered
    pays_at_the_deadline s1 2024-01-10T12:00 started 40
    pays_at_the_deadline s1 2024-03-10T12:00 past_due
    pays_at_the_deadline s1 2024-03-24T12:00 recovered
    pays_after_it s1 2024-01-10T12:00 started 40
    pays_after_it s1 2024-03-10T12:00 past_due
    pays_after_it s1 2024-03-24T12:00:00.000001 recovered
    owes_and_ends s1 2024-01-10T12:00 started 40
    owes_and_ends s1 2024-03-10T12:00 past_due
    owes_and_ends s1 2024-04-01T12:00 ended
    owes_and_ends s1 2024-04-10T12:00 recovered
    owes_and_asks s1 2024-01-10T12:00 started 40
    owes_and_asks s1 2024-03-10T12:00 past_due
    owes_and_asks s1 2024-03-11T12:00 cancel_requested \
        current_period_end=2024-03-24T12:00 reason_code=too_expensive
    owes_at_a_renewal s1 2024-01-10T12:00 started 40
    owes_at_a_renewal s1 2024-03-10T12:00 started 45
    owes_at_a_renewal s1 2024-03-10T12:00 past_due
    owes_at_a_renewal s1 2024-03-10T12:00 ended
    owes_before_a_renewal s1 2024-01-10T12:00 started 40
    owes_before_a_renewal s1 2024-03-10T12:00 past_due
    owes_before_a_renewal s1 2024-03-12T12:00 ended
    owes_before_a_renewal s1 2024-03-12T12:00 started 45
    owes_now s1 2024-01-10T12:00 started 40
    owes_now s1 2024-06-18T12:00 past_due
    # free_plan_policy and discount_policy
    free_and_paid s1 2024-01-10T12:00 started 0
    free_and_paid s1 2024-02-10T12:00 changed 20
    free_and_paid s1 2024-04-10T12:00 changed 0
    given_away s1 2024-01-10T12:00 started 20 discount_amount=25
    discounted s1 2024-01-10T12:00 started 50 discount_amount=10 quantity=2
    on_trial s1 2024-01-10T12:00 trial_started
    trial_converts s1 2024-01-10T12:00 trial_started
    trial_converts s1 2024-01-24T12:00 changed 15
    # subscription_merge_gap_days
    away_three_days s1 2024-01-10T12:00 started 10
    away_three_days s1 2024-03-10T12:00 ended
    away_three_days s2 2024-03-13T12:00 started 15
    away_a_moment_more s1 2024-01-10T12:00 started 10
    away_a_moment_more s1 2024-03-10T12:00 ended
    away_a_moment_more s2 2024-03-13T12:00:00.000001 started 15
    gone_three_days_ago s1 2024-01-10T12:00 started 10
    gone_three_days_ago s1 2024-06-28T00:00 ended
    gone_a_moment_longer s1 2024-01-10T12:00 started 10
    gone_a_moment_longer s1 2024-06-27T23:59:59.999999 ended
    # how the events of one subscription are read
    changes_first s1 2024-01-10T12:00 changed 10
    trial_after_start s1 2024-01-10T12:00 started 10
    trial_after_start s1 2024-02-10T12:00 trial_started
    changes_after_the_end s1 2024-01-10T12:00 started 10
    changes_after_the_end s1 2024-02-10T12:00 ended
    changes_after_the_end s1 2024-03-10T12:00 changed 20
    changes_after_the_end s1 2024-03-11T12:00 renewed
    changes_after_the_end s1 2024-03-12T12:00 ended
    renews_at_once s1 2024-01-10T12:00 started 10
    renews_at_once s1 2024-02-10T12:00 ended
    renews_at_once s1 2024-02-10T12:00 started 12
    renews_elsewhere s1 2024-01-10T12:00 started 10
    renews_elsewhere s1 2024-02-10T12:00 ended
    renews_elsewhere s2 2024-02-10T12:00 started 10
    blinks s1 2024-02-10T12:00 started 10
    blinks s1 2024-02-10T12:00 ended
    resumes_only s1 2024-01-10T12:00 started 10
    resumes_only s1 2024-02-10T12:00 resumed
    ends_twice s1 2024-01-10T12:00 started 10
    ends_twice s1 2024-02-10T12:00 ended reason_code=unused
    ends_twice s1 2024-03-10T12:00 ended reason_code=fraud
    # reporting_timezone: clocks in New York change at 2024-03-10 07:00 UTC
    night s1 2024-03-10T04:59:59.999999 started 10
    night s1 2024-03-11T03:59:59.999999 ended
    # month marks: one that ends exactly a month after its start, and a moment later
    one_month s1 2024-01-31T12:00 started 10
    one_month s1 2024-02-29T12:00 ended
"""
ORDERS = """
    buys_in_time 2024-01-10T12:00 payment 10
    buys_in_time 2024-02-09T11:59 payment 10
    buys_at_the_end 2024-01-10T12:00 payment 10
    buys_at_the_end 2024-02-09T12:00 payment 10
    buys_after_it 2024-01-10T12:00 payment 10
    buys_after_it 2024-02-09T12:00:00.000001 payment 10
    window_ends_on_the_edge 2024-06-01T00:00 payment 10
    window_ends_before_it 2024-05-31T23:59:59.999999 payment 10
    pays_nothing 2024-05-20T12:00 payment 0
    fails_to_pay 2024-05-20T12:00 payment_failed 10
    pays_a_subscription 2024-05-20T12:00 payment 10 subscription_id=s1
"""
ACTIVITY = """
    logs_in 2024-01-10T12:00 login
    logs_in 2024-01-17T12:00 login
    logs_in 2024-01-24T12:00:00.000001 login
    exports 2024-01-10T12:00 export
    exports 2024-01-12T12:00 login
"""


@pytest.fixture(scope="module")
def loaded(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return the loaded histories of all customers."""
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(
                EVENTS.replace("\\\n", " ")
            ),
            "revenue_events.csv": stories.revenue_events(ORDERS),
            "activity_events.csv": stories.activity_events(ACTIVITY),
        }
    )
    return warehouse


@pytest.fixture(scope="module")
def built(loaded: Warehouse, new_warehouse: Callable[[], Warehouse]) -> Built:
    """Return a function that builds the movements and churns under some vars, once."""
    known: dict[str, Warehouse] = {}

    def build(**variables: object) -> Warehouse:
        name = str(sorted(variables.items()))
        if name not in known:
            warehouse = new_warehouse()
            shutil.copy(loaded.path, warehouse.path)
            options = ("--select", "+fct_mrr_movements", "+fct_churns")
            warehouse.build({"as_of_date": AS_OF_DATE} | variables, *options)
            known[name] = warehouse
        return known[name]

    return build


def test_service_end(built: Built) -> None:
    """churn_recognition: "counts until the paid period ends"."""
    warehouse = built()
    assert movements(warehouse, "asks") == [
        "2024-01-10T12:00 new 0 30",
        "2024-03-10T12:00 churn 30 0 too_expensive",
    ]
    assert churns(warehouse, "asks") == [
        "2024-03-10T12:00 voluntary too_expensive 30 -"
    ]
    # "ends at that instant (at the request, if that is later)"
    assert movements(warehouse, "asks_late")[1:] == ["2024-03-20T12:00 churn 30 0"]
    # "up to and including that instant withdraws it; after it only started revives"
    assert movements(warehouse, "withdraws")[1:] == []
    assert movements(warehouse, "withdraws_too_late")[1:] == [
        "2024-03-10T12:00 churn 30 0"
    ]
    # "a later request that carries an end replaces the older"
    assert movements(warehouse, "asks_twice")[1:] == ["2024-04-10T12:00 churn 30 0"]
    # "else of that subscription's last cancel_requested of the same life"
    assert movements(warehouse, "asks_openly")[1:] == [
        "2024-05-10T12:00 churn 30 0 unused"
    ]
    # "an ended decides whenever it comes, unless a started came between"
    assert movements(warehouse, "ended_later")[1:] == [
        "2024-04-10T12:00 churn 30 0 fraud"
    ]
    # "a scheduled end stays visible as a pending cancellation"
    assert movements(warehouse, "pending")[1:] == []


def test_cancel_request(built: Built) -> None:
    """churn_recognition: "stops counting when the customer asks"."""
    warehouse = built(churn_recognition="cancel_request")
    assert movements(warehouse, "asks")[1:] == [
        "2024-03-05T09:00 churn 30 0 too_expensive"
    ]
    assert movements(warehouse, "asks_late")[1:] == ["2024-03-20T12:00 churn 30 0"]
    # "withdrawn, it is reactivated then: history is not rewritten"
    assert movements(warehouse, "withdraws")[1:] == [
        "2024-03-05T09:00 churn 30 0",
        "2024-03-10T12:00 reactivation 0 30",
    ]
    assert movements(warehouse, "withdraws_too_late")[1:] == [
        "2024-03-05T09:00 churn 30 0"
    ]
    assert movements(warehouse, "asks_twice")[1:] == ["2024-03-05T09:00 churn 30 0"]
    assert movements(warehouse, "asks_openly")[1:] == [
        "2024-03-05T09:00 churn 30 0 unused"
    ]
    assert movements(warehouse, "pending")[1:] == ["2024-06-20T12:00 churn 30 0"]


def test_as_of_date_is_half_open(built: Built) -> None:
    """as_of_date: "events from that instant on are ignored by history"."""
    warehouse = built()
    assert movements(warehouse, "ends_on_the_edge")[1:] == []
    assert movements(warehouse, "ends_before_the_edge")[1:] == [
        "2024-06-30T23:59:59.999999 churn 30 0"
    ]


def test_pause_keeps_the_customer(built: Built) -> None:
    """pause_policy zero_mrr_keep_customer: "contraction, then expansion"."""
    warehouse = built()
    assert movements(warehouse, "pauses")[1:] == [
        "2024-03-10T12:00 contraction 50 0",
        "2024-05-10T12:00 expansion 0 50",
    ]
    # "a paused customer who ends churns with mrr_change 0"
    assert movements(warehouse, "pauses_and_leaves")[1:] == [
        "2024-03-10T12:00 contraction 50 0",
        "2024-04-10T12:00 churn 0 0",
    ]
    assert movements(warehouse, "pauses_one_of_two")[1:] == [
        "2024-03-10T12:00 contraction 70 20"
    ]


def test_pause_is_churn(built: Built) -> None:
    """pause_policy churn: "churn and reactivation"."""
    warehouse = built(pause_policy="churn")
    assert movements(warehouse, "pauses")[1:] == [
        "2024-03-10T12:00 churn 50 0",
        "2024-05-10T12:00 reactivation 0 50",
    ]
    assert movements(warehouse, "pauses_and_leaves")[1:] == [
        "2024-03-10T12:00 churn 50 0"
    ]
    assert movements(warehouse, "pauses_one_of_two")[1:] == [
        "2024-03-10T12:00 contraction 70 20"
    ]


def test_pause_changes_nothing(built: Built) -> None:
    """pause_policy keep_mrr: "unchanged"."""
    warehouse = built(pause_policy="keep_mrr")
    assert movements(warehouse, "pauses")[1:] == []
    assert movements(warehouse, "pauses_and_leaves")[1:] == [
        "2024-04-10T12:00 churn 50 0"
    ]
    assert movements(warehouse, "pauses_one_of_two")[1:] == []


def test_past_due_is_kept(built: Built) -> None:
    """past_due_policy keep: past due changes nothing."""
    warehouse = built()
    for customer_id in ("owes", "pays_at_the_deadline", "pays_after_it", "owes_now"):
        assert movements(warehouse, customer_id)[1:] == []
    assert movements(warehouse, "owes_and_ends")[1:] == ["2024-04-01T12:00 churn 40 0"]


def test_past_due_ends_after_days(built: Built) -> None:
    """past_due_policy: "ended, involuntarily, at that moment; later a reactivation"."""
    warehouse = built(past_due_policy=14)
    deadline = "2024-03-24T12:00 churn 40 0 past_due"
    assert movements(warehouse, "owes")[1:] == [
        deadline,
        "2024-04-10T12:00 reactivation 0 40",
    ]
    assert churns(warehouse, "owes") == [
        "2024-03-24T12:00 involuntary past_due 40 2024-04-10T12:00"
    ]
    # "only recovered or started up to the deadline clears it"
    assert movements(warehouse, "pays_at_the_deadline")[1:] == []
    assert movements(warehouse, "pays_after_it")[1:] == [
        deadline,
        "2024-03-24T12:00:00.000001 reactivation 0 40",
    ]
    # "revives the subscription, unless it has ended meanwhile"
    assert movements(warehouse, "owes_and_ends")[1:] == [deadline]
    # "at one instant: the scheduled end decides"
    assert movements(warehouse, "owes_and_asks")[1:] == [
        "2024-03-24T12:00 churn 40 0 too_expensive"
    ]
    # The deadline lies behind as_of_date.
    assert movements(warehouse, "owes_now")[1:] == []


def test_past_due_and_a_renewal_at_one_instant(built: Built) -> None:
    """A renewal "goes on at the new price": its `ended` ends and clears nothing.

    In the order of the types `started` comes before `past_due`, so that only what was
    past due before is cleared by it.
    """
    warehouse = built(past_due_policy=14)
    assert movements(warehouse, "owes_before_a_renewal")[1:] == [
        "2024-03-12T12:00 expansion 40 45"
    ]
    assert movements(warehouse, "owes_at_a_renewal")[1:] == [
        "2024-03-10T12:00 expansion 40 45",
        "2024-03-24T12:00 churn 45 0 past_due",
    ]


def test_past_due_ends_at_once(built: Built) -> None:
    """past_due_policy 0: it counts as ended at the moment it is past due."""
    warehouse = built(past_due_policy=0)
    assert movements(warehouse, "owes")[1:] == [
        "2024-03-10T12:00 churn 40 0 past_due",
        "2024-04-10T12:00 reactivation 0 40",
    ]


def test_free_plan_makes_no_customer(built: Built) -> None:
    """free_plan_policy not_customer: amount 0, or discounted to 0, is no customer."""
    warehouse = built()
    assert movements(warehouse, "free_and_paid") == [
        "2024-02-10T12:00 new 0 20",
        "2024-04-10T12:00 churn 20 0",
    ]
    assert movements(warehouse, "given_away") == []
    # "Trials have MRR 0 and are not customers until they pay"
    assert movements(warehouse, "on_trial") == []
    assert movements(warehouse, "trial_converts") == ["2024-01-24T12:00 new 0 15"]


def test_free_plan_makes_a_customer(built: Built) -> None:
    """free_plan_policy customer: with MRR 0; "who drops to it ... contracts"."""
    warehouse = built(free_plan_policy="customer")
    assert movements(warehouse, "free_and_paid") == [
        "2024-01-10T12:00 new 0 0",
        "2024-02-10T12:00 expansion 0 20",
        "2024-04-10T12:00 contraction 20 0",
    ]
    assert movements(warehouse, "given_away") == ["2024-01-10T12:00 new 0 0"]
    assert movements(warehouse, "on_trial") == []
    assert movements(warehouse, "trial_converts") == ["2024-01-24T12:00 new 0 15"]


def test_discounts_lower_mrr(built: Built) -> None:
    """discount_policy all: (unit_amount * quantity - discount_amount)."""
    assert movements(built(), "discounted") == ["2024-01-10T12:00 new 0 90"]


def test_discounts_do_not_lower_mrr(built: Built) -> None:
    """discount_policy none: recurring discounts do not lower MRR."""
    warehouse = built(discount_policy="none")
    assert movements(warehouse, "discounted") == ["2024-01-10T12:00 new 0 100"]
    assert movements(warehouse, "given_away") == ["2024-01-10T12:00 new 0 20"]


def test_gaps_are_churn(built: Built) -> None:
    """subscription_merge_gap_days 0: every gap is churn and reactivation."""
    warehouse = built()
    assert movements(warehouse, "away_three_days")[1:] == [
        "2024-03-10T12:00 churn 10 0",
        "2024-03-13T12:00 reactivation 0 15",
    ]
    assert movements(warehouse, "renews_elsewhere")[1:] == []


def test_gaps_are_closed(built: Built) -> None:
    """subscription_merge_gap_days: "up to this long ... MRR from before the gap"."""
    warehouse = built(subscription_merge_gap_days=3)
    assert movements(warehouse, "away_three_days")[1:] == [
        "2024-03-13T12:00 expansion 10 15"
    ]
    assert movements(warehouse, "away_a_moment_more")[1:] == [
        "2024-03-10T12:00 churn 10 0",
        "2024-03-13T12:00:00.000001 reactivation 0 15",
    ]
    # "A gap that is still open at as_of_date and not longer than that is closed too"
    assert movements(warehouse, "gone_three_days_ago")[1:] == []
    # "once longer, the churn is dated at its beginning"
    assert movements(warehouse, "gone_a_moment_longer")[1:] == [
        "2024-06-27T23:59:59.999999 churn 10 0"
    ]


def test_events_are_read_in_order(built: Built) -> None:
    """Definitions section 2, "How the events of one subscription are read"."""
    warehouse = built()
    expected = {
        "changes_first": ["2024-01-10T12:00 new 0 10"],
        "trial_after_start": ["2024-01-10T12:00 new 0 10"],
        "changes_after_the_end": [
            "2024-01-10T12:00 new 0 10",
            "2024-02-10T12:00 churn 10 0",
        ],
        "renews_at_once": [
            "2024-01-10T12:00 new 0 10",
            "2024-02-10T12:00 expansion 10 12",
        ],
        "blinks": [],
        "resumes_only": ["2024-01-10T12:00 new 0 10"],
        "ends_twice": [
            "2024-01-10T12:00 new 0 10",
            "2024-02-10T12:00 churn 10 0 unused",
        ],
    }
    for customer_id, lines in expected.items():
        assert movements(warehouse, customer_id) == lines, customer_id


def test_purchase_windows_are_exact(built: Built) -> None:
    """purchase_inactivity_days 30: "[ordered_at, ordered_at + 30 * 24 h)"."""
    warehouse = built(purchase_inactivity_days=30, activity_inactivity_days=7)
    expected = {
        "buys_in_time": ["2024-03-10T11:59 unknown - - -"],
        "buys_at_the_end": ["2024-03-10T12:00 unknown - - -"],
        "buys_after_it": [
            "2024-02-09T12:00 unknown - - 2024-02-09T12:00:00.000001",
            "2024-03-10T12:00:00.000001 unknown - - -",
        ],
        # "whose end lies at or after the first instant of as_of_date is still open"
        "window_ends_on_the_edge": [],
        "window_ends_before_it": ["2024-06-30T23:59:59.999999 unknown - - -"],
        "pays_nothing": ["2024-06-19T12:00 unknown - - -"],
        "fails_to_pay": [],
        "pays_a_subscription": [],
    }
    for customer_id, lines in expected.items():
        assert churns(warehouse, customer_id, "purchase") == lines, customer_id


def test_purchase_window_of_ninety_days(built: Built) -> None:
    """purchase_inactivity_days 90 is the default."""
    assert churns(built(), "buys_after_it", "purchase") == [
        "2024-05-09T12:00:00.000001 unknown - - -"
    ]


def test_activity_windows_are_exact(built: Built) -> None:
    """activity_inactivity_days 7: touching spans are one, a moment later is churn."""
    warehouse = built(purchase_inactivity_days=30, activity_inactivity_days=7)
    assert churns(warehouse, "logs_in", "activity") == [
        "2024-01-24T12:00 unknown - - 2024-01-24T12:00:00.000001",
        "2024-01-31T12:00:00.000001 unknown - - -",
    ]


def test_all_events_count(built: Built) -> None:
    """counted_activity_events all; activity_inactivity_days 30 is the default."""
    assert churns(built(), "exports", "activity") == ["2024-02-11T12:00 unknown - - -"]


def test_listed_events_count(built: Built) -> None:
    """counted_activity_events "lists the event names that count"."""
    warehouse = built(counted_activity_events=["export", "it's; drop table"])
    assert churns(warehouse, "exports", "activity") == [
        "2024-02-09T12:00 unknown - - -"
    ]
    assert churns(warehouse, "logs_in", "activity") == []


def tiny(
    warehouse: Warehouse, story: str, variables: dict[str, object], **files: str
) -> Warehouse:
    """Load a story with further files, and build all marts."""
    content = {"subscription_events.csv": stories.subscription_events(story)}
    content |= {f"{table}.csv": text for table, text in files.items()}
    warehouse.load_files(content)
    warehouse.build({"as_of_date": AS_OF_DATE} | variables)
    return warehouse


EURO_STORY = """
    stays s1 2024-01-10T12:00 started 100 currency=EUR
    leaves s1 2024-01-10T12:00 started 10 currency=EUR
    leaves s1 2024-02-10T12:00 ended
    grows s1 2024-01-10T12:00 started 10 currency=EUR
    grows s1 2024-02-10T12:00 changed 30 currency=EUR
"""
EURO_RATES = stories.exchange_rates("""
    2024-01-01 EUR 1.10
    2024-01-31 EUR 1.20
    2024-02-01 EUR 1.25
    2024-02-02 EUR 1.40
    2024-03-01 EUR 1.50
""")
FX_COLUMNS = (
    "starting_mrr, fx_impact_mrr, churned_mrr, expansion_mrr, ending_mrr, "
    "gross_revenue_churn_rate from marts.metrics_mrr_by_period "
    "where period_grain = 'month' and period_start_date = date '2024-02-01'"
)


def test_rate_of_the_month(warehouse: Warehouse) -> None:
    """fx_policy period_start_rate: "newest rate up to the first day of the month".

    January ends at the rate of 1 January (1.1), February at that of 1 February (1.25);
    "starting MRR of everybody, those who leave included, ... differs by fx_impact_mrr".
    """
    tiny(warehouse, EURO_STORY, {}, exchange_rates=EURO_RATES)
    assert warehouse.row(f"select {FX_COLUMNS}") == {
        "starting_mrr": 132,
        "fx_impact_mrr": 18,
        "churned_mrr": pytest.approx(12.5),
        "expansion_mrr": 25,
        "ending_mrr": pytest.approx(162.5),
        "gross_revenue_churn_rate": pytest.approx(12.5 / 150),
    }


def test_one_rate_for_all_history(warehouse: Warehouse) -> None:
    """fx_policy fixed_rate: "the newest rate for all history"."""
    tiny(warehouse, EURO_STORY, {"fx_policy": "fixed_rate"}, exchange_rates=EURO_RATES)
    assert warehouse.row(f"select {FX_COLUMNS}") == {
        "starting_mrr": 180,
        "fx_impact_mrr": 0,
        "churned_mrr": 15,
        "expansion_mrr": 30,
        "ending_mrr": 195,
        "gross_revenue_churn_rate": pytest.approx(15 / 180),
    }


def test_reporting_currency_and_net_of_reactivation(warehouse: Warehouse) -> None:
    """reporting_currency EUR; "reactivation_in_net ... subtracts reactivation too".

    In March 10 leave, 20 come back, of 110: net churn (10 - 20) / 110.
    """
    story = """
        stays s1 2024-01-10T12:00 started 100
        dollars s1 2024-01-10T12:00 started 20 currency=USD
        returns s1 2024-01-10T12:00 started 20
        returns s1 2024-02-10T12:00 ended
        returns s1 2024-03-10T12:00 started 20
        dollars s1 2024-03-11T12:00 ended
    """
    rates = stories.exchange_rates("2023-01-01 USD 0.5")
    content = {
        "subscription_events.csv": stories.subscription_events(story),
        "exchange_rates.csv": rates,
    }
    warehouse.load_files(content, "--reporting-currency", "EUR")
    variables: dict[str, object] = {
        "as_of_date": AS_OF_DATE,
        "reporting_currency": "EUR",
    }
    sql = (
        "select starting_mrr, churned_mrr, reactivation_mrr, "
        "net_revenue_churn_rate, net_revenue_retention_rate "
        "from marts.metrics_mrr_by_period "
        "where period_grain = 'month' and period_start_date = date '2024-03-01'"
    )
    select = ("--select", "+metrics_mrr_by_period")
    warehouse.build(variables | {"reactivation_in_net": True}, *select)
    assert warehouse.query(sql) == [
        (110, 10, 20, pytest.approx(-10 / 110), pytest.approx(120 / 110))
    ]
    warehouse.build(variables, *select)
    assert warehouse.query(sql) == [
        (110, 10, 20, pytest.approx(10 / 110), pytest.approx(100 / 110))
    ]


def test_cuts_and_thresholds(warehouse: Warehouse) -> None:
    """segment_names, small_sample_size, n_day_retention_days, customer_period_grains.

    An attribute "holds from valid_from ... before the first ... it is unknown".
    """
    story = """
        anna s1 2024-01-10T12:00 started 10 plan_id=basic
        bert s1 2024-01-10T12:00 started 10 plan_id=pro
        bert s1 2024-03-10T12:00 ended
    """
    tiny(
        warehouse,
        story,
        {
            "segment_names": ["size", "o'plan"],
            "small_sample_size": 2,
            "n_day_retention_days": [2],
            "customer_period_grains": ["quarter", "year"],
        },
        customer_attributes=stories.customer_attributes("""
            anna size large 2024-02-15T12:00
            bert size small
            anna o'plan it's
        """),
        activity_events=stories.activity_events("""
            anna 2024-01-10T12:00 login
            anna 2024-01-12T11:00 login
        """),
    )
    rows = warehouse.query(
        "select period_start_date::text, segment_name, segment_value, "
        "starting_customers, churned_customers, ending_customers, "
        "joined_and_churned_customers, is_small_sample "
        "from marts.metrics_customer_churn_by_period_and_segment "
        "where period_grain = 'quarter' and retention_basis = 'subscription' "
        "order by all"
    )
    assert rows == [
        ("2024-01-01", "o'plan", "it's", 0, 0, 1, 0, True),
        ("2024-01-01", "o'plan", "unknown", 0, 0, 0, 1, True),
        ("2024-01-01", "size", "large", 0, 0, 1, 0, True),
        ("2024-01-01", "size", "small", 0, 0, 0, 1, True),
        ("2024-04-01", "o'plan", "it's", 1, 0, 1, 0, True),
        ("2024-04-01", "size", "large", 1, 0, 1, 0, True),
    ]
    months = warehouse.query(
        "select period_start_date::text, segment_value, entering_customers, "
        "leaving_customers from marts.metrics_customer_churn_by_period_and_segment "
        "where period_grain = 'month' and retention_basis = 'subscription' "
        "and segment_name = 'size' and entering_customers + leaving_customers > 0 "
        "order by all"
    )
    assert months == [("2024-02-01", "large", 1, 0), ("2024-02-01", "unknown", 0, 1)]
    small = warehouse.query(
        "select is_small_sample, count(*) from marts.metrics_customer_churn_by_period "
        "where retention_basis = 'subscription' and period_grain = 'month' "
        "group by all order by all"
    )
    # Two customers start February and March; none January, one April to June.
    assert small == [(False, 2), (True, 4)]
    days = warehouse.query(
        "select distinct day_number, day_mode, returned_customers "
        "from marts.metrics_n_day_retention_by_cohort "
        "where period_grain = 'all' and retention_kind = 'on' order by all"
    )
    # 47 hours later: calendar day 2, but day 1 of 24 hours.
    assert days == [(2, "24h", 0), (2, "calendar", 1)]
    assert warehouse.query(
        "select distinct period_grain from marts.fct_customer_periods order by all"
    ) == [("quarter",), ("year",)]


def last_day(warehouse: Warehouse) -> str:
    """Return the newest day that the marts show; `as_of_date` is the next one."""
    sql = "select max(period_start_date)::text from marts.metrics_mrr_by_period"
    return str(warehouse.query(f"{sql} where period_grain = 'day'")[0][0])


def without_date(
    warehouse: Warehouse, files: dict[str, str], **variables: object
) -> str:
    """Load and build with the default `as_of_date`; return the newest day."""
    warehouse.load_files(files)
    warehouse.build(variables, "--select", "+metrics_mrr_by_period")
    return last_day(warehouse)


ENDS_LATER = """
    anna s1 2024-01-10T12:00 started 10
    anna s1 2024-03-05T23:30 renewed
    anna s1 2024-09-01T12:00 ended
    bert s1 2024-01-10T12:00 started 10
    bert s1 2024-04-01T12:00 cancel_requested current_period_end=2024-08-01T12:00
"""


def test_a_correction_may_move_the_only_event_beyond_as_of_date(
    warehouse: Warehouse,
) -> None:
    """No data test misses a customer whose only event is not known any more."""
    for told in (
        "2024-01-10T12:00 started 10 recorded_at=2024-01-11",
        "2024-08-10T12:00 started 10 recorded_at=2024-01-12",
    ):
        events = stories.subscription_events(f"anna s1 {told}")
        warehouse.load_files({"subscription_events.csv": events})
    vars_given = {"as_of_date": "2024-07-01"}
    warehouse.build(vars_given, "--select", "+dim_customers")
    test = ("--select", "assert_customers_are_those_of_raw")
    warehouse.build(vars_given, *test, tests=True)
    assert warehouse.query("select customer_id from marts.dim_customers") == []


def test_default_as_of_date_leaves_ends_out(warehouse: Warehouse) -> None:
    """Default: "the latest row ... that is not an ended or a cancel_requested"."""
    events = stories.subscription_events(ENDS_LATER)
    found = without_date(warehouse, {"subscription_events.csv": events})
    assert found == "2024-03-05"


def test_default_as_of_date_in_the_reporting_zone(warehouse: Warehouse) -> None:
    """The same instant is the next day in Kolkata; all three event tables count."""
    events = stories.subscription_events(ENDS_LATER)
    zone = "Asia/Kolkata"
    found = without_date(
        warehouse, {"subscription_events.csv": events}, reporting_timezone=zone
    )
    assert found == "2024-03-06"
    later = stories.activity_events("carl 2024-04-02T12:00 login")
    (warehouse.folder / "source" / "subscription_events.csv").unlink()
    assert without_date(warehouse, {"activity_events.csv": later}) == "2024-04-02"


def test_default_as_of_date_is_at_most_today(warehouse: Warehouse) -> None:
    """Default: "never later than the day the run starts"."""
    before = datetime.now(UTC)
    soon = before.replace(microsecond=0, tzinfo=None).isoformat()
    story = f"anna s1 2024-01-10T12:00 started 10\nanna s1 {soon} renewed"
    events = stories.subscription_events(story)
    found = without_date(warehouse, {"subscription_events.csv": events})
    day = datetime.fromisoformat(found).date()
    assert (before.date() - day).days in (0, 1)
    assert day < datetime.now(UTC).date()


def days_of(warehouse: Warehouse, column: str, value: int = 1) -> list[str]:
    """Return the days on which a count of the churn mart has a value."""
    rows = warehouse.query(
        "select period_start_date::text from marts.metrics_customer_churn_by_period "
        "where retention_basis = 'subscription' and period_grain = 'day' "
        f"and {column} = {value} order by all"
    )
    return [row[0] for row in rows]


def test_nights_on_which_clocks_change(warehouse: Warehouse) -> None:
    """Zone: "an event at exactly midnight belongs to the day that begins".

    In New York 10 March 2024 has 23 hours (05:00 to 04:00 UTC), 3 November 25 (04:00 to
    05:00). "Ordering uses the instant": in the hour that comes twice, 05:30 and 06:30
    UTC are both 01:30.
    """
    story = """
        spring s1 2024-03-10T04:59:59.999999 started 10
        spring s1 2024-03-11T03:59:59.999999 ended
        midnight s1 2024-03-10T05:00 started 10
        midnight s1 2024-03-11T04:00 ended
        autumn s1 2024-11-03T04:00 started 10
        autumn s1 2024-11-04T04:59:59.999999 ended
        twice s1 2024-11-03T05:30 started 10
        twice s1 2024-11-03T06:30 ended
        back s1 2024-10-01T12:00 started 10
        back s1 2024-11-03T05:30 ended
        back s1 2024-11-03T06:30 started 20
        edge s1 2024-10-02T12:00 started 10
        edge s1 2024-11-05T05:00 ended
        before_the_edge s1 2024-10-02T12:00 started 10
        before_the_edge s1 2024-11-05T04:59:59.999999 ended
    """
    zone = {"reporting_timezone": "America/New_York", "as_of_date": "2024-11-05"}
    tiny(warehouse, story, dict(zone))
    assert days_of(warehouse, "joined_and_churned_customers", 2) == ["2024-11-03"]
    assert days_of(warehouse, "new_customers") == [
        "2024-03-09",
        "2024-03-10",
        "2024-10-01",
    ]
    assert days_of(warehouse, "churned_customers") == [
        "2024-03-10",
        "2024-03-11",
        "2024-11-04",
    ]
    assert movements(warehouse, "twice") == [
        "2024-11-03T05:30 new 0 10",
        "2024-11-03T06:30 churn 10 0",
    ]
    assert movements(warehouse, "back")[1:] == [
        "2024-11-03T05:30 churn 10 0",
        "2024-11-03T06:30 reactivation 0 20",
    ]
    # as_of_date is compared as local time: its first instant is 05:00 UTC.
    assert movements(warehouse, "edge")[1:] == []
    assert movements(warehouse, "before_the_edge")[1:] == [
        "2024-11-05T04:59:59.999999 churn 10 0"
    ]


def test_marks_are_on_the_wall_clock(warehouse: Warehouse) -> None:
    """First-month churn: "on the wall clock of the reporting zone"; at the mark: lost.

    From 10 February 12:00 in New York (17:00 UTC) to 10 March 12:00 (16:00 UTC, clocks
    have changed). And 31 January + 1 month is 29 February.
    """
    story = """
        at_the_mark s1 2024-02-10T17:00 started 10
        at_the_mark s1 2024-03-10T16:00 ended
        after_the_mark s1 2024-02-10T17:00 started 10
        after_the_mark s1 2024-03-10T16:00:00.000001 ended
        short_month s1 2024-01-31T12:00 started 10
        short_month s1 2024-02-29T12:00 ended
    """
    tiny(warehouse, story, {"reporting_timezone": "America/New_York"})
    assert warehouse.query(
        "select cohort_start_date::text, first_month_eligible_customers, "
        "first_month_churned_customers from marts.metrics_early_churn_by_cohort "
        "where period_grain = 'month' and retention_basis = 'subscription' order by all"
    ) == [("2024-01-01", 1, 1), ("2024-02-01", 2, 1)]


def chain(name: str, links: int) -> str:
    """Return customers of whom each is merged into the next."""
    lines = [
        f"{name}{number} merged_into_customer_id={name}{number + 1}"
        for number in range(links)
    ]
    return "\n".join([*lines, f"{name}{links}"])


def test_merged_customers(warehouse: Warehouse) -> None:
    """A merged customer "is its survivor for all history".

    "Followed to the end by ten doublings; a circle, or a chain over 1,024 links, ...
    merges nobody".
    """
    people = "\n".join(
        [
            chain("short", 3),
            chain("long", 1024),
            chain("longer", 1025),
            "round1 merged_into_customer_id=round2",
            "round2 merged_into_customer_id=round3",
            "round3 merged_into_customer_id=round1",
            "into_the_round merged_into_customer_id=round1",
            "self merged_into_customer_id=self",
            "unlisted_goal merged_into_customer_id=ghost",
        ]
    )
    alone = ["long0", "longer0", "longer1", "round1", "round2", "into_the_round"]
    alone += ["self", "unlisted_goal"]
    story = """
        short0 a 2024-01-10T12:00 started 10
        short1 b 2024-01-20T12:00 started 5
        short0 a 2024-02-10T12:00 ended
        short3 c 2024-02-10T12:00 started 7
    """
    story += "\n".join(f"{name} s1 2024-01-10T12:00 started 10" for name in alone)
    tiny(warehouse, story, {}, customers=stories.customers(people))
    new = "2024-01-10T12:00 new 0 10"
    expected = {
        "short0": [],
        "short1": [],
        "short3": [
            new,
            "2024-01-20T12:00 expansion 10 15",
            "2024-02-10T12:00 contraction 15 12",
        ],
        "long0": [],
        "long1024": [new],
        "longer0": [new],
        "longer1": [],
        "longer1025": [new],
        "round1": [new],
        "round2": [new],
        "into_the_round": [new],
        "self": [new],
        "unlisted_goal": [],
        "ghost": [new],
    }
    for customer_id, lines in expected.items():
        assert movements(warehouse, customer_id) == lines, customer_id
    people_left = warehouse.query("select count(*) from marts.dim_customers")
    # short3, long1024, longer0, longer1025, the round ones, and the last three.
    assert people_left == [(10,)]


DATE = "a date such as 2025-01-31, or nothing"
WRONG: list[tuple[str, object, str]] = [
    *(("as_of_date", value, DATE) for value in ("2024-02-30", "2024-7-1", "x' or 1")),
    ("reporting_timezone", "Mars/Olympus", "a name of the IANA list"),
    ("reporting_timezone", "", "a name of the IANA list"),
    ("reporting_currency", "usd", "three capital letters"),
    ("reporting_currency", "USDT", "three capital letters"),
    ("fx_policy", "spot", "period_start_rate, fixed_rate"),
    ("reactivation_in_net", "yes", "true, false"),
    ("churn_recognition", "Service_End", "service_end, cancel_request"),
    ("pause_policy", "", "zero_mrr_keep_customer, churn, keep_mrr"),
    ("past_due_policy", -1, "keep, a whole number from 0"),
    ("past_due_policy", 1.5, "keep, a whole number from 0"),
    ("past_due_policy", "14 days", "keep, a whole number from 0"),
    ("free_plan_policy", "maybe", "not_customer, customer"),
    ("subscription_merge_gap_days", -1, "a whole number from 0"),
    ("subscription_merge_gap_days", "1e3", "a whole number from 0"),
    ("discount_policy", "some", "all, none"),
    ("purchase_inactivity_days", 0, "a whole number from 1"),
    ("activity_inactivity_days", "many", "a whole number from 1"),
    ("counted_activity_events", {"a": 1}, "all, a list of names"),
    ("counted_activity_events", [1], "all, a list of names"),
    ("n_day_retention_days", [0], "a list of at most 60 whole numbers from 1"),
    ("n_day_retention_days", "7", "a list of at most 60 whole numbers from 1"),
    ("n_day_retention_days", list(range(1, 62)), "a list of at most 60"),
    ("segment_names", 5, "a list of names"),
    ("segment_names", ["all"], "a list of names"),
    ("segment_names", ["plan\tid"], "a list of names"),
    ("segment_names", ["Phone"], "a list of names, but not all, and no personal"),
    ("personal_attributes", 5, "a list of names"),
    ("personal_attributes", ["a\tb"], "a list of names"),
    ("customer_period_grains", ["decade"], "a list of day, week, month, quarter, year"),
    ("trial_conversion_days", 0, "a whole number from 1"),
    ("gross_margin", 1.5, "a number from 0 to 1 with at most 4 decimals"),
    ("gross_margin", "70 %", "a number from 0 to 1 with at most 4 decimals"),
    ("gross_margin", True, "a number from 0 to 1 with at most 4 decimals"),
    ("lifetime_horizon_months", 0, "a whole number from 1"),
    ("annual_discount_rate", -0.1, "a number from 0 to 10 with at most 4 decimals"),
    ("annual_discount_rate", 0.12345, "a number from 0 to 10"),
    ("small_sample_size", -1, "a whole number from 0"),
    ("small_sample_size", True, "a whole number from 0"),
    ("schema_prefix", "a-b", "small letters, digits and underscores"),
    ("schema_prefix", 'x"; drop', "small letters, digits and underscores"),
    ("marts_reader", 'x"; drop', "small letters, digits and underscores"),
]


def shortly(value: object) -> str:
    """Return a short label."""
    return str(value)[:20]


def test_every_var_has_a_wrong_value() -> None:
    """A new var must be checked, and tried here."""
    assert {name for name, _, _ in WRONG} == set(project_variables(PROJECT))


@pytest.mark.parametrize(("name", "value", "allowed"), WRONG, ids=shortly)
def test_a_wrong_value_stops_the_run(
    project: Project, warehouse: Warehouse, name: str, value: object, allowed: str
) -> None:
    """One sentence names the var, the value and what is allowed; nothing is built."""
    outcome: Outcome = warehouse.try_build({name: value})
    assert not outcome.success
    assert outcome.nodes == 0
    assert "\n" not in outcome.error.strip()
    shown = value[-1] if isinstance(value, list) and len(value) == 1 else value
    shown = "" if isinstance(value, list) and len(value) > 1 else shown
    assert outcome.error.startswith(f"The var {name} is '")
    assert str(shown).partition("\n")[0].replace("\t", " ") in outcome.error
    assert f"allowed: {allowed}" in outcome.error or allowed in outcome.error
    assert outcome.error.endswith(".")
    assert not warehouse.path.exists() or not warehouse.marts()
