"""Parquet and JSON lines: native types become the same values as their text would."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from loading_helpers import (
    Loader,
    Outcome,
    make_loader,  # noqa: F401
    parquet,
    revenue,
)

EVENT = "'e1' as event_id, 'c' as customer_id, 'payment' as event_type"


def load_query(loader: Loader, query: str, table: str = "revenue_events") -> Outcome:
    """Load one Parquet file made by a query."""
    folder = loader.source({})
    parquet(folder, f"{table}.parquet", query)
    outcome = loader.run(folder)
    assert outcome.status == 0, outcome.error
    return outcome


AMOUNTS = {
    "29.33::double": "29.33",
    "29.33::float": "29.33",
    "0.0001::double": "0.0001",
    "(0.1 + 0.2)::double": "0.3",
    "0.1::double + 0.2::double": "wrong_scale",
    "100::double": "100",
    "-0.0::double": "0",
    "1e13::double": "10000000000000",
    "1e14::double": "overflow",
    "1e300::double": "bad_number",
    "1.5e-5::double": "wrong_scale",
    "'nan'::double": "non_finite",
    "'inf'::double": "non_finite",
    "'-inf'::float": "non_finite",
    "-1::double": "negative_amount",
    "7::integer": "7",
    "7::utinyint": "7",
    "7::hugeint": "7",
    "12.50::decimal(9, 2)": "12.5",
    "1.23456::decimal(38, 5)": "wrong_scale",
    "'12.5'": "12.5",
    "'1e3'": "bad_number",
    "true": "bad_number",
    "null::integer": "missing_value",
}


@pytest.mark.parametrize("amount", AMOUNTS)
def test_numbers(loader: Loader, amount: str) -> None:
    """A double is what it prints, never its binary expansion."""
    expected = AMOUNTS[amount]
    outcome = load_query(
        loader,
        f"select {EVENT}, timestamp '2024-01-01' as occurred_at, {amount} as amount",
    )
    if expected[0].isdigit():
        assert loader.column("select amount from raw.revenue_events") == [
            Decimal(expected)
        ]
    else:
        assert outcome.reasons("revenue_events") == {expected: 1}


TIMES = {
    "timestamp '2024-01-01 10:00:00.123456'": datetime(2024, 1, 1, 10, 0, 0, 123_456),
    "timestamptz '2024-01-01 10:00:00+02:00'": datetime(2024, 1, 1, 8),
    "timestamp_s '2024-01-01 10:00:00'": datetime(2024, 1, 1, 10),
    "timestamp_ms '2024-01-01 10:00:00.5'": datetime(2024, 1, 1, 10, 0, 0, 500_000),
    "timestamp_ns '2024-01-01 10:00:00.123456000'": datetime(
        2024, 1, 1, 10, 0, 0, 123_456
    ),
    "timestamp_ns '2024-01-01 10:00:00.123456789'": "wrong_scale",
    "date '2024-01-01'": datetime(2024, 1, 1),
    "'2024-01-01T10:00:00+02:00'": datetime(2024, 1, 1, 8),
    "'soon'": "bad_timestamp",
    "'infinity'::timestamp": "bad_timestamp",
    "'-infinity'::timestamptz": "bad_timestamp",
    "timestamp '12000-01-01'": "bad_timestamp",
    "timestamp '0044-03-15 (BC)'": "bad_timestamp",
    "timestamp '2999-01-01'": "future_timestamp",
    "null::timestamp": "missing_value",
    "20240101": "bad_timestamp",
}


@pytest.mark.parametrize("time", TIMES)
def test_times(loader: Loader, time: str) -> None:
    """With or without zone, of any unit; what is no real instant is put aside."""
    expected = TIMES[time]
    outcome = load_query(loader, f"select {EVENT}, {time} as occurred_at, 5 as amount")
    if isinstance(expected, str):
        assert outcome.reasons("revenue_events") == {expected: 1}
    else:
        found = loader.column("select occurred_at from raw.revenue_events")
        assert found == [expected]


def test_text_and_ids(loader: Loader) -> None:
    """Whole doubles are ids without a point; empty text is null; NUL is put aside."""
    outcome = load_query(
        loader,
        """
        select * from (values
            ('e1', 12346.0::double, '', 'a'),
            ('e2', 1.5, 'o', 'b'),
            ('e3', null, 'x' || chr(0), 'c'),
            ('e4', 'nan', 'o', 'd'),
            ('', 1.0, 'o', 'e')
        ) as rows (event_id, customer_id, order_id, product_id),
        (select 'payment' as event_type, date '2024-01-01' as occurred_at, 5 as amount)
        """,
    )
    assert outcome.reasons("revenue_events") == {
        "missing_key": 1,
        "non_finite": 1,
        "nul_byte": 1,
    }
    rows = loader.query(
        "select customer_id, order_id from raw.revenue_events order by event_id"
    )
    assert rows == [("12346", None), ("1.5", "o")]
    (found,) = loader.query(
        "select line_number, raw_text from raw.quarantine where line_number = 4"
    )
    assert json.loads(found[1])["event_id"] == "e4"


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("[1, 2] as amount", "has the type INTEGER[]"),
        ("{'a': 1} as amount", "has the type STRUCT"),
        ("'x'::blob as amount", "has the type BLOB"),
        ("time '10:00' as amount", "has the type TIME"),
        ("5 as amuont", "unknown column 'amuont'"),
        ("'o' as order_id", "missing required column 'amount'"),
    ],
)
def test_refused_columns(loader: Loader, column: str, reason: str) -> None:
    """A type that is no text, number or time, and wrong names, refuse the file."""
    folder = loader.source({})
    query = f"select {EVENT}, date '2024-01-01' as occurred_at, {column}"
    parquet(folder, "revenue_events.parquet", query)
    outcome = loader.run(folder)
    assert outcome.status == 1
    assert reason in outcome.error


def test_a_damaged_page_refuses_the_load(loader: Loader) -> None:
    """The footer may be fine while the data are not."""
    folder = loader.source({})
    query = f"select {EVENT}, date '2024-01-01' as occurred_at, range as amount"
    parquet(folder, "revenue_events.parquet", f"{query} from range(50000)")
    path = folder / "revenue_events.parquet"
    content = bytearray(path.read_bytes())
    content[40 : len(content) // 2] = b"\x55" * (len(content) // 2 - 40)
    path.write_bytes(content)
    outcome = loader.run(folder)
    assert outcome.status == 1
    assert outcome.error.startswith("load_raw.py: revenue_events.parquet: ")
    assert not loader.database.exists()


def test_many_parquet_files_are_one_table(loader: Loader) -> None:
    """Nested folders by month; each file is listed, duplicates across files found."""
    folder = loader.source({})
    for month in ("01", "02", "03"):
        parquet(
            folder,
            f"activity_events/month=2024-{month}/part-0.parquet",
            f"select 'c' || range as customer_id, 'open' as event_name, "
            f"timestamp '2024-{month}-01' as occurred_at from range(100) "
            "union all select 'c', 'open', timestamp '2024-01-01'",
        )
    (folder / "activity_events/_SUCCESS").touch()
    outcome = loader.run(folder)
    assert outcome.summary["tables"]["activity_events"]["files"] == 3
    assert outcome.counts("activity_events") == (303, 301, 2, 0)
    files = loader.query(
        "select file_name, rows_read, rows_loaded, rows_duplicate, first_occurred_at "
        "from raw.load_files order by file_name"
    )
    assert files[1] == (
        "activity_events/month=2024-02/part-0.parquet", 101, 100, 1,
        datetime(2024, 1, 1),
    )  # fmt: skip


def test_json_lines(loader: Loader) -> None:
    """Keys in any order, numbers digit by digit, bad lines put aside."""
    good = {"event_id": "e1", "event_type": "payment", "occurred_at": "2024-01-01"}
    lines = [
        json.dumps({**good, "amount": 29.33}),
        '{"amount": 99999999999999.9999, "event_id": 2, "event_type": "payment", '
        '"occurred_at": "2024-01-01", "order_id": null}',
        "",
        '{"event_id": "e3", "event_type": "payment"',
        '["e4"]',
        json.dumps({**good, "event_id": "e5", "amount": float("nan")}),
        json.dumps({**good, "event_id": "e6", "amount": {"value": 5}}),
        json.dumps({**good, "event_id": "e\0", "amount": 1}),
        json.dumps({**good, "event_id": "e\ud800", "amount": 1}),
        '{"event_id": "e9", "event_id": "e10"}',
        json.dumps({**good, "event_id": "e11"}),
        json.dumps({**good, "event_id": "e12", "amount": 1e3}).replace("1000.0", "1e3"),
        json.dumps({**good, "event_id": "e13", "amount": "1e3"}),
        json.dumps({**good, "event_id": 'e14\nü"', "amount": 1, "customer_id": ""}),
        '{"event_id": "e15", "amount": 1e999999999}',
        "[" * 100_000,
    ]
    outcome = loader.load({"revenue_events.jsonl": "\r\n".join(lines)})
    assert outcome.reasons("revenue_events") == {
        "bad_number": 1,
        "invalid_utf8": 1,
        "missing_value": 2,
        "non_finite": 1,
        "nul_byte": 1,
        "unparsable_line": 4,
        "wrong_type": 1,
    }
    rows = loader.query(
        "select event_id, customer_id, amount from raw.revenue_events order by 1"
    )
    assert rows == [
        ("2", None, Decimal("99999999999999.9999")),
        ("e1", None, Decimal("29.33")),
        ("e12", None, Decimal(1000)),
        ('e14\nü"', None, Decimal(1)),
    ]
    text = loader.column("select raw_text from raw.quarantine where line_number = 6")
    assert text == [lines[5]]


def test_the_same_rows_in_any_format(loader: Loader) -> None:
    """What CSV loaded, Parquet and JSON lines repeat: all are duplicates."""
    files = revenue(
        "e1,c,payment,2024-01-01T10:00:00.5Z,29.33", "e2,,refund,2024-01-02,1"
    )
    loader.load(files)
    outcome = load_query(
        loader,
        """
        select 'e1' as event_id, 'c' as customer_id, 'payment' as event_type,
            timestamptz '2024-01-01 10:00:00.5+00' as occurred_at,
            29.33::float as amount
        union all select 'e2', null, 'refund', '2024-01-02', 1
        """,
    )
    assert outcome.counts("revenue_events") == (2, 0, 2, 0)
    event = {"event_id": "e1", "event_type": "payment", "amount": 29.330}
    event |= {"customer_id": "c", "occurred_at": "2024-01-01T11:00:00.500+01:00"}
    again = loader.load({"revenue_events.jsonl": json.dumps(event)})
    assert again.counts("revenue_events") == (1, 0, 1, 0)
