"""Repeated, corrected, conflicting and replaced rows, within and between loads."""

from collections.abc import Sequence

import pytest
from loading_helpers import (
    Loader,
    make_loader,  # noqa: F401
    revenue,
    with_event,
)

RECORDED = "event_id,customer_id,event_type,occurred_at,amount,recorded_at"
NEWEST_AMOUNT = """
select amount::int from raw.revenue_events
qualify row_number() over (
    partition by event_id order by coalesce(recorded_at, loaded_at) desc, load_id desc
) = 1
"""
NEWEST_COUNTRY = """
select country from raw.customers
qualify row_number() over (
    partition by customer_id
    order by coalesce(recorded_at, loaded_at) desc, load_id desc
) = 1
"""


def event(amount: int, recorded_at: str = "") -> str:
    """Return a payment e1 of some amount, recorded at some date."""
    return f"e1,c,payment,2024-01-01,{amount},{recorded_at}"


# Loads of one event: rows per load, (read, loaded, duplicates, quarantined) and
# corrections per load, and the amount that counts at the end.
EVENT_CASES: dict[str, tuple[list[list[str]], list[tuple[int, ...]], int]] = {
    "same twice in one file": ([[event(1), event(1)]], [(2, 1, 1, 0, 0)], 1),
    "same in two loads": ([[event(1)], [event(1), event(1)]],
                          [(1, 1, 0, 0, 0), (2, 0, 2, 0, 0)], 1),
    "conflict in one file": ([[event(1), event(2), event(2)]], [(3, 1, 0, 2, 0)], 1),
    "conflict in a later load": ([[event(1)], [event(2)]],
                                 [(1, 1, 0, 0, 0), (1, 0, 0, 1, 0)], 1),
    "conflict at the same time": ([[event(1, "2024-01-02"), event(2, "2024-01-02")]],
                                  [(2, 1, 0, 1, 0)], 1),
    "conflict at the same time later": (
        [[event(1, "2024-01-02")], [event(2, "2024-01-02")]],
        [(1, 1, 0, 0, 0), (1, 0, 0, 1, 0)], 1),
    "correction in one file": ([[event(1, "2024-01-02"), event(2, "2024-01-03")]],
                               [(2, 2, 0, 0, 1)], 2),
    "correction later": ([[event(1, "2024-01-02")], [event(2, "2024-01-03")]],
                         [(1, 1, 0, 0, 0), (1, 1, 0, 0, 1)], 2),
    "corrections out of order": (
        [[event(3, "2024-01-04")], [event(1, "2024-01-02"), event(2, "2024-01-03")]],
        [(1, 1, 0, 0, 0), (2, 2, 0, 0, 0)], 3),
    "out of order in one file": ([[event(2, "2024-01-03"), event(1, "2024-01-02")]],
                                 [(2, 2, 0, 0, 0)], 2),
    "back to the first content": (
        [[event(1, "2024-01-02")], [event(2, "2024-01-03")], [event(1, "2024-01-04")]],
        [(1, 1, 0, 0, 0), (1, 1, 0, 0, 1), (1, 1, 0, 0, 1)], 1),
    "an old version again": (
        [[event(1, "2024-01-02")], [event(2, "2024-01-03")], [event(1, "2024-01-02")]],
        [(1, 1, 0, 0, 0), (1, 1, 0, 0, 1), (1, 0, 1, 0, 0)], 2),
    "same content without a time": ([[event(1, "2024-01-02"), event(1)]],
                                    [(2, 1, 1, 0, 0)], 1),
    "same content, time given later": ([[event(1)], [event(1, "2024-01-02")]],
                                       [(1, 1, 0, 0, 0), (1, 0, 1, 0, 0)], 1),
    "older than a row without a time": ([[event(1)], [event(2, "2024-01-02")]],
                                        [(1, 1, 0, 0, 0), (1, 1, 0, 0, 0)], 1),
    "conflict among corrections": (
        [[event(1, "2024-01-02"), event(2, "2024-01-03"), event(3, "2024-01-03"),
          event(4)]],
        [(4, 2, 0, 2, 1)], 2),
    "conflict becomes no base": (
        [[event(1, "2024-01-02"), event(2), event(2, "2024-01-03"), event(2)]],
        [(4, 2, 1, 1, 1)], 2),
    "duplicate of the base owns no time": (
        [[event(1), event(1, "2024-01-05"), event(2, "2024-01-05")]],
        [(3, 2, 1, 0, 0)], 1),
}  # fmt: skip


@pytest.mark.parametrize("case", EVENT_CASES)
def test_versions_of_an_event(loader: Loader, case: str) -> None:
    """Every load is counted as expected and the right version is read at the end."""
    loads, expected, amount = EVENT_CASES[case]
    for rows, counts in zip(loads, expected, strict=True):
        outcome = loader.load(revenue(*rows, header=RECORDED))
        corrected = outcome.summary["tables"]["revenue_events"]["corrected"]
        assert (*outcome.counts("revenue_events"), corrected) == counts
    assert loader.column(NEWEST_AMOUNT) == [amount]


def customer(country: str, recorded_at: str = "") -> str:
    """Return the row of customer c in some country."""
    return f"c,{country},{recorded_at}"


STATE_CASES: dict[str, tuple[list[list[str]], Sequence[tuple[int, ...]], str]] = {
    "replaced": ([[customer("A")], [customer("B")]],
                 [(1, 1, 0, 0), (1, 1, 0, 0)], "B"),
    "A, B, A": ([[customer("A")], [customer("B")], [customer("A")]],
                [(1, 1, 0, 0)] * 3, "A"),
    "A, B, A, A": ([[customer("A")], [customer("B")], [customer("A")], [customer("A")]],
                   [*[(1, 1, 0, 0)] * 3, (1, 0, 1, 0)], "A"),
    "A, B, A at one time": (
        [[customer("A", "2024-01-01")], [customer("B", "2024-01-01")],
         [customer("A", "2024-01-01")]],
        [(1, 1, 0, 0)] * 3, "A"),
    "same again": ([[customer("A")], [customer("A"), customer("A")]],
                   [(1, 1, 0, 0), (2, 0, 2, 0)], "A"),
    "two in one load": ([[customer("A"), customer("B")]], [(2, 1, 0, 1)], "A"),
    "the same and another": ([[customer("A")], [customer("A"), customer("B")]],
                             [(1, 1, 0, 0), (2, 0, 1, 1)], "A"),
    "another and the same": ([[customer("A")], [customer("B"), customer("A")]],
                             [(1, 1, 0, 0), (2, 1, 0, 1)], "B"),
    "two times in one load": (
        [[customer("A", "2024-01-02"), customer("B", "2024-01-01")]],
        [(2, 2, 0, 0)], "A"),
    "one time given": ([[customer("A"), customer("B", "2024-01-01")]],
                       [(2, 1, 0, 1)], "A"),
    "older": ([[customer("A", "2024-01-02")], [customer("B", "2024-01-01")]],
              [(1, 1, 0, 0), (1, 1, 0, 0)], "A"),
    "older again and again": (
        [[customer("A", "2024-01-02")], [customer("B", "2024-01-01")],
         [customer("B", "2024-01-01")]],
        [(1, 1, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0)], "A"),
    "time not given any more": ([[customer("A", "2024-01-02")], [customer("A")]],
                                [(1, 1, 0, 0), (1, 0, 1, 0)], "A"),
}  # fmt: skip


@pytest.mark.parametrize("case", STATE_CASES)
def test_versions_of_a_state_row(loader: Loader, case: str) -> None:
    """A later load replaces; only within one load do different rows conflict."""
    loads, expected, country = STATE_CASES[case]
    for rows, counts in zip(loads, expected, strict=True):
        text = "\n".join(["customer_id,country,recorded_at", *rows])
        outcome = loader.load(with_event({"customers.csv": text}))
        assert outcome.counts("customers") == counts
    assert loader.column(NEWEST_COUNTRY) == [country]


def test_keys_with_missing_parts(loader: Loader) -> None:
    """No valid_from and no currency are values of their key like any other."""
    attributes = "customer_id,attribute_name,attribute_value,valid_from\n"
    attributes += "c,tier,gold,\nc,tier,silver,\nc,tier,silver,2024-01-01\n"
    costs = "cost_date,acquisition_channel,amount,currency\n"
    costs += "2024-01-01,ads,5,\n2024-01-01,ads,5,USD\n2024-01-01,ads,6,USD\n"
    files = {"customer_attributes.csv": attributes, "acquisition_costs.csv": costs}
    outcome = loader.load(with_event({**files}))
    assert outcome.counts("customer_attributes") == (3, 2, 0, 1)
    assert outcome.counts("acquisition_costs") == (3, 1, 1, 1)
    again = loader.load(with_event({k: v + "\n" for k, v in files.items()}))
    assert again.counts("customer_attributes") == (3, 0, 2, 1)


def test_activity_without_id_is_its_content(loader: Loader) -> None:
    """Equal rows are one event, whatever else differs makes another."""
    rows = ["c,open,2024-01-01T10:00:00Z", "c,open,2024-01-01T11:00:00+01:00"]
    rows += ["c,open,2024-01-01T10:00:01Z", "c,close,2024-01-01T10:00:00Z"]
    text = "\n".join(["customer_id,event_name,occurred_at", *rows])
    assert loader.load({"activity_events.csv": text}).counts("activity_events") == (
        4, 3, 1, 0,
    )  # fmt: skip
    again = loader.load({"activity_events.csv": text + "\nd,open,2024-01-01\n"})
    assert again.counts("activity_events") == (5, 1, 4, 0)


def test_activity_with_id(loader: Loader) -> None:
    """With an id the id decides; without one an equal row is another event."""
    rows = ["c,open,2024-01-01,e1", "c,shut,2024-01-01,e1", "c,open,2024-01-01,"]
    text = "\n".join(["customer_id,event_name,occurred_at,event_id", *rows])
    outcome = loader.load({"activity_events.csv": text})
    assert outcome.counts("activity_events") == (3, 2, 0, 1)


def test_the_same_file_changes_nothing(loader: Loader) -> None:
    """Its rows are duplicates, its status is unchanged, quarantine does not grow."""
    files = revenue("e1,c,payment,2024-01-01,5", "e2,c,payment,bad,5")
    files["customers.csv"] = "customer_id,country\nc,A\n"
    loader.load(files)
    tables = ("revenue_events", "customers", "quarantine")
    before = [loader.query(f"select * from raw.{table}") for table in tables]
    outcome = loader.load(files)
    assert outcome.counts("revenue_events") == (2, 0, 2, 0)
    assert [loader.query(f"select * from raw.{table}") for table in tables] == before
    statuses = loader.column("select status from raw.load_files order by load_id")
    assert statuses == ["loaded", "loaded", "unchanged", "unchanged"]


def test_load_ids_sort_by_time(loader: Loader) -> None:
    """Each load is later than the one before, and its rows carry its id and time."""
    for number in range(3):
        loader.load(revenue(f"e{number},c,payment,2024-01-01,5"))
    loads = loader.query("select load_id, started_at from raw.loads order by load_id")
    assert [row[1] for row in loads] == sorted({row[1] for row in loads})
    rows = loader.query(
        "select load_id, loaded_at from raw.revenue_events order by event_id"
    )
    assert rows == loads
    order = loader.column("select started_at <= finished_at from raw.loads")
    assert order == [True] * 3
