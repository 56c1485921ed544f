"""What other projects get wrong (notes/peers.md section 1), and our answer.

One build for all cases: each is a country with customers of its own.
"""

from collections.abc import Callable
from typing import Any

import pytest
from project_build import Warehouse
from stories import churns, customers, movements, subscription_events

AS_OF_DATE = "2024-07-01"
EVENTS = """
    # 1: one subscription without an end
    c01 s1 2024-01-10T12:00 started 50
    # 2: a closed subscription, then an open one
    c02 s1 2023-10-10T12:00 started 40
    c02 s1 2024-01-10T12:00 ended
    c02 s2 2024-03-10T12:00 started 40
    # 3: two subscriptions at once
    c03 s1 2024-01-10T12:00 started 50
    c03 s2 2024-01-10T12:00 started 30
    # 4: begins and ends within one month; another one begins in the middle of it
    c04a s1 2024-02-05T12:00 started 20
    c04a s1 2024-02-20T12:00 ended
    c04b s1 2024-02-15T12:00 started 20
    # 5: an end that is still to come
    c05 s1 2024-01-10T12:00 started 60
    c05 s1 2024-12-10T12:00 ended
    # 6: down to nothing, a month of nothing, and back
    c06 s1 2024-01-10T12:00 started 25
    c06 s1 2024-03-10T12:00 changed 0
    c06 s1 2024-05-10T12:00 changed 25
    # 7: back after five months; a price by the day
    c07 s1 2024-01-10T12:00 started 15
    c07 s1 2024-01-20T12:00 ended
    c07 s1 2024-06-10T12:00 started 15
    c07d s1 2024-01-10T12:00 started 4 billing_interval=day
    # 10: a yearly price
    c10 s1 2024-01-10T12:00 started 1200 billing_interval=year
    # 14: less MRR in a month in which nobody leaves
    c14 s1 2024-01-10T12:00 started 100
    c14 s1 2024-04-10T12:00 changed 75
    # 15: everybody leaves
    c15a s1 2024-01-10T12:00 started 10
    c15b s1 2024-01-10T12:00 started 30
    c15a s1 2024-04-10T12:00 ended
    c15b s1 2024-04-20T12:00 ended
"""
NAMES = ["c01", "c02", "c03", "c04a", "c04b", "c05", "c06", "c07", "c07d", "c10"]
NAMES += ["c14", "c15a", "c15b"]
PEOPLE = "\n".join(f"{name} country={name[:3]}" for name in NAMES)


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return the one build of all cases."""
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "subscription_events.csv": subscription_events(EVENTS),
            "customers.csv": customers(PEOPLE),
        }
    )
    warehouse.build({"as_of_date": AS_OF_DATE, "segment_names": ["country"]})
    return warehouse


def months(warehouse: Warehouse, case: str, mart: str, columns: str) -> list[Any]:
    """Return columns of a case by month, from the twin mart of its country."""
    return warehouse.query(
        f"select {columns} from marts.{mart}_and_segment where period_grain = 'month' "
        "and segment_name = 'country' and segment_value = ? "
        + ("" if "mrr" in mart else "and retention_basis = 'subscription' ")
        + "order by period_start_date",
        case,
    )


def mrr(warehouse: Warehouse, case: str, columns: str) -> list[Any]:
    """Return columns of the MRR mart of a case, by month."""
    return months(warehouse, case, "metrics_mrr_by_period", columns)


def churn(warehouse: Warehouse, case: str, columns: str) -> list[Any]:
    """Return columns of the customer churn mart of a case, by month."""
    return months(warehouse, case, "metrics_customer_churn_by_period", columns)


def test_1_an_open_subscription_stays(built: Warehouse) -> None:
    """mrr-playbook: without an end date the customer vanishes."""
    assert movements(built, "c01") == ["2024-01-10T12:00 new 0 50"]
    assert mrr(built, "c01", "ending_mrr") == [(50,)] * 6
    assert churn(built, "c01", "ending_customers") == [(1,)] * 6


def test_2_an_open_subscription_after_a_closed_one(built: Warehouse) -> None:
    """mrr-playbook: the open one is lost, the customer ends as churned."""
    assert movements(built, "c02") == [
        "2023-10-10T12:00 new 0 40",
        "2024-01-10T12:00 churn 40 0",
        "2024-03-10T12:00 reactivation 0 40",
    ]
    assert churns(built, "c02") == ["2024-01-10T12:00 unknown - 40 2024-03-10T12:00"]
    assert built.row(
        "select is_subscribed, mrr, churned_at from marts.dim_customers "
        "where customer_id = 'c02'"
    ) == {"is_subscribed": True, "mrr": 40, "churned_at": None}


def test_3_two_subscriptions_at_once_are_one_customer(built: Warehouse) -> None:
    """mrr-playbook: two rows a month, and an upgrade or downgrade every month."""
    assert movements(built, "c03") == ["2024-01-10T12:00 new 0 80"]
    columns = "starting_mrr, expansion_mrr, contraction_mrr, ending_mrr"
    assert mrr(built, "c03", columns) == [(0, 0, 0, 80)] + [(80, 0, 0, 80)] * 5
    assert churn(built, "c03", "ending_customers") == [(1,)] * 6


def test_4_within_one_month(built: Warehouse) -> None:
    """mrr-playbook: no rows at all; a start in mid-month counts a month late."""
    assert movements(built, "c04a") == [
        "2024-02-05T12:00 new 0 20",
        "2024-02-20T12:00 churn 20 0",
    ]
    columns = "period_start_date::text, new_customers, joined_and_churned_customers"
    assert churn(built, "c04", columns)[0] == ("2024-02-01", 1, 1)
    assert mrr(built, "c04", "new_mrr, churned_mrr, ending_mrr")[0] == (20, 0, 20)


def test_5_an_end_to_come_is_no_churn(built: Warehouse) -> None:
    """mrr-playbook: a churn in a future month of a customer who still pays."""
    assert movements(built, "c05") == ["2024-01-10T12:00 new 0 60"]
    assert not churns(built, "c05")
    assert built.row(
        "select is_subscribed, mrr from marts.dim_customers where customer_id = 'c05'"
    ) == {"is_subscribed": True, "mrr": 60}
    last = "select max(next_period_start_date)::text from marts.metrics_mrr_by_period"
    for grain in ("day", "month"):
        assert built.query(f"{last} where period_grain = '{grain}'") == [(AS_OF_DATE,)]


def test_6_nothing_is_churn_and_back_is_reactivation(built: Warehouse) -> None:
    """recurly, zuora: contraction and expansion; the month of nothing has no row."""
    assert movements(built, "c06") == [
        "2024-01-10T12:00 new 0 25",
        "2024-03-10T12:00 churn 25 0",
        "2024-05-10T12:00 reactivation 0 25",
    ]
    columns = (
        "month(period_start_date), churned_mrr, contraction_mrr, reactivation_mrr, "
        "expansion_mrr, ending_mrr"
    )
    assert mrr(built, "c06", columns)[2:5] == [
        (3, 25, 0, 0, 0, 0),
        (5, 0, 0, 25, 0, 25),
        (6, 0, 0, 0, 0, 25),
    ]
    april = "where period_grain = 'month' and period_start_date = date '2024-04-01'"
    sql = f"select count(*) from marts.metrics_mrr_by_period {april}"
    assert built.query(sql) == [(1,)]


def test_7_back_from_nothing_is_reactivation(built: Warehouse) -> None:
    """stripe: expansion, although its own log documents a rule for reactivation."""
    assert movements(built, "c07") == [
        "2024-01-10T12:00 new 0 15",
        "2024-01-20T12:00 churn 15 0",
        "2024-06-10T12:00 reactivation 0 15",
    ]


def test_7_a_price_by_the_day_is_mrr(built: Warehouse) -> None:
    """stripe: the interval `day` gives MRR 0. Here 4 * 365.25 / 12."""
    assert movements(built, "c07d") == ["2024-01-10T12:00 new 0 121.75"]


def test_10_a_yearly_price_is_spread(built: Warehouse) -> None:
    """recurly: the invoice is MRR of its month, then nothing."""
    assert mrr(built, "c10", "new_mrr, churned_mrr, ending_mrr") == [
        (100, 0, 100),
        *[(0, 0, 100)] * 5,
    ]
    assert movements(built, "c10") == ["2024-01-10T12:00 new 0 100"]


def test_14_a_month_with_contraction_alone(built: Warehouse) -> None:
    """fight-churn: null, because nobody left; the right answer is 25 %."""
    columns = (
        "churned_mrr, contraction_mrr, gross_revenue_churn_rate, "
        "gross_revenue_retention_rate, net_revenue_retention_rate"
    )
    assert mrr(built, "c14", columns)[3] == (0, 25, 0.25, 0.75, 0.75)
    assert churn(built, "c14", "churned_customers, customer_churn_rate")[3] == (0, 0)


def test_15_a_month_in_which_everybody_leaves(built: Warehouse) -> None:
    """fight-churn: null; the right answer is a retention of 0 %."""
    columns = (
        "month(period_start_date), ending_mrr, net_revenue_retention_rate, "
        "gross_revenue_retention_rate, net_revenue_churn_rate, "
        "average_revenue_per_customer"
    )
    assert mrr(built, "c15", columns)[-1] == (4, 0, 0, 0, 1, None)
    columns = "churned_customers, customer_retention_rate, customer_churn_rate"
    assert churn(built, "c15", columns)[-1] == (2, 0, 1)
