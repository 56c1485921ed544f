"""Trial conversion from raw files, under the sentences of the definitions."""

import stories
from project_build import Warehouse

MART = ("--select", "+metrics_trial_conversion_by_cohort")
STORY = """
    # A trial that ends unpaid; the customer comes back under another subscription.
    late a 2024-01-05T12:00 trial_started
    late a 2024-01-19T12:00 ended
    late b 2024-05-05T12:00 started 10
    # Exactly thirty days of 24 hours; by a change of price, which acts as a start.
    exact a 2024-01-05T12:00 trial_started
    exact a 2024-02-04T12:00 changed 10
    # The request names the end of the trial, which nobody records.
    asked a 2024-01-05T12:00 trial_started
    asked a 2024-01-06T12:00 cancel_requested current_period_end=2024-01-19T12:00
    # On a free plan after the trial: no customer, and on trial no more.
    free a 2024-01-05T12:00 trial_started
    free a 2024-01-19T12:00 started 0
    # A customer tries a second product.
    owner a 2023-12-05T12:00 started 10
    owner b 2024-01-05T12:00 trial_started
    owner b 2024-01-10T12:00 started 10
    # Nothing: the subscription has started.
    after a 2024-01-05T12:00 started 10
    after a 2024-01-06T12:00 trial_started
    # Two customers that are one: the first trial is that of June.
    twin1 a 2024-06-15T12:00 trial_started
    twin2 a 2024-07-15T12:00 trial_started
    twin2 a 2024-07-16T12:00 started 10
    # Still on trial, and a window that ends with as_of_date.
    open a 2024-07-02T00:00 trial_started
"""
COLUMNS = (
    "trial_customers, converted_customers, eligible_customers, "
    "converted_within_customers, open_trial_customers, median_days_to_conversion"
)


def cohorts(warehouse: Warehouse, **variables: object) -> list[str]:
    """Return lines `cohort_start_date trial_customers ...` of months, in order."""
    warehouse.build({"as_of_date": "2024-08-01"} | variables, *MART)
    rows = warehouse.query(
        f"select cohort_start_date, {COLUMNS} "
        "from marts.metrics_trial_conversion_by_cohort "
        "where period_grain = 'month' order by cohort_start_date"
    )
    return [" ".join(stories.told(value) for value in row) for row in rows]


def test_trials_convert_and_restate_their_cohort(warehouse: Warehouse) -> None:
    """Converted is who is "first active at or after it"; within, 30 * 24 hours."""
    warehouse.load_files(
        {
            "subscription_events.csv": stories.subscription_events(STORY),
            "customers.csv": stories.customers("twin1 merged_into_customer_id=twin2"),
        }
    )
    assert cohorts(warehouse) == [
        "2024-01-01 5 2 5 1 0 75.5",
        "2024-06-01 1 1 1 0 0 31.0",
        "2024-07-01 1 0 0 0 1 -",
    ]
    # A year later the last window is past; a shorter one leaves `exact` outside.
    assert cohorts(warehouse, as_of_date="2025-08-01", trial_conversion_days=29) == [
        "2024-01-01 5 2 5 0 0 75.5",
        "2024-06-01 1 1 1 0 0 31.0",
        "2024-07-01 1 0 1 0 1 -",
    ]
    # The cohort of January as it was known in May.
    assert cohorts(warehouse, as_of_date="2024-05-01") == ["2024-01-01 5 1 5 1 0 30.0"]


def test_without_trials_there_is_no_row(warehouse: Warehouse) -> None:
    """Raw tables without a trial give an empty mart."""
    story = "someone s1 2024-03-10T12:00 started 10"
    warehouse.load_files(
        {"subscription_events.csv": stories.subscription_events(story)}
    )
    assert cohorts(warehouse) == []
