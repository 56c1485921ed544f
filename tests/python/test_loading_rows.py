"""One row at a time: what is accepted, as which value, and what is put aside why."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hostile_texts import HOSTILE_TEXTS
from loading_helpers import (
    Loader,
    make_loader,  # noqa: F401
    revenue,
    subscriptions,
    with_event,
)

TIMES = {
    "2024-02-29": datetime(2024, 2, 29),
    "2024-01-01T10:20:30Z": datetime(2024, 1, 1, 10, 20, 30),
    "2024-01-01 10:20:30": datetime(2024, 1, 1, 10, 20, 30),
    "2024-01-01 10:20": datetime(2024, 1, 1, 10, 20),
    "2024-01-01T10:20Z": datetime(2024, 1, 1, 10, 20),
    "2024-01-01T10:20:30.5": datetime(2024, 1, 1, 10, 20, 30, 500_000),
    "2024-01-01T10:20:30.123456Z": datetime(2024, 1, 1, 10, 20, 30, 123_456),
    "2024-01-01T10:20:30.1234560000": datetime(2024, 1, 1, 10, 20, 30, 123_456),
    "2024-01-01T00:30:00+05:30": datetime(2023, 12, 31, 19, 0),
    "2024-01-01T00:30:00-0330": datetime(2024, 1, 1, 4, 0),
    "2024-01-01T00:30:00.25-03": datetime(2024, 1, 1, 3, 30, 0, 250_000),
    "2024-01-01 00:30+01": datetime(2023, 12, 31, 23, 30),
    "0001-01-01": datetime(1, 1, 1),
}
BAD_TIMES = {
    "not-a-date": "bad_timestamp",
    "2023-02-29": "bad_timestamp",
    "2024-13-01": "bad_timestamp",
    "2024-01-01T24:00:00": "bad_timestamp",
    "2024-01-01T25:00:00": "bad_timestamp",
    "2024-01-01T10:60:00": "bad_timestamp",
    "2024-01-01T10:00:60": "bad_timestamp",
    "2024-01-01T10:00:00+15:00": "bad_timestamp",
    "2024-01-01T10:00:00 UTC": "bad_timestamp",
    "2024-01-01Z": "bad_timestamp",
    " 2024-01-01": "bad_timestamp",
    "2024-1-1": "bad_timestamp",
    "01/02/2024": "bad_timestamp",
    "20240101": "bad_timestamp",
    "1704067200": "bad_timestamp",
    "infinity": "bad_timestamp",
    "-infinity": "bad_timestamp",
    "epoch": "bad_timestamp",
    "0000-01-01": "bad_timestamp",
    "12024-01-01": "bad_timestamp",
    "0001-01-01T00:00:00+01:00": "bad_timestamp",
    "2024-01-01T10:00:00.1234567": "wrong_scale",
    "9999-12-31": "future_timestamp",
    "": "missing_value",
}
AMOUNTS = {
    "0": "0",
    "-0": "0",
    "+5": "5",
    "10.5000000": "10.5",
    ".5": "0.5",
    "5.": "5",
    "0000000000000000000000000000000012.3400": "12.34",
    "99999999999999.9999": "99999999999999.9999",
}
BAD_AMOUNTS = {
    "10.00005": "wrong_scale",
    "10.005000001": "wrong_scale",
    "100000000000000": "overflow",
    "99999999999999.99990": None,
    "-0.01": "negative_amount",
    "1e3": "bad_number",
    "0x10": "bad_number",
    "1_000": "bad_number",
    " 10": "bad_number",
    "10 ": "bad_number",
    "10.5.1": "bad_number",
    "--1": "bad_number",
    "ten": "bad_number",
    "$5": "bad_number",
    ".": "bad_number",
    "NaN": "non_finite",
    "-inf": "non_finite",
    "Infinity": "non_finite",
    "": "missing_value",
}


def quarantined(loader: Loader) -> dict[str, str]:
    """Return the reason of every quarantined row by its first cell."""
    rows = loader.query("select raw_text, reason_code from raw.quarantine")
    return {text.partition(",")[0]: reason for text, reason in rows}


def test_timestamps_become_utc(loader: Loader) -> None:
    """Every ISO form is accepted and turned into UTC."""
    loader.load(revenue(*(f"{n},c,payment,{text},5" for n, text in enumerate(TIMES))))
    found = loader.column(
        "select occurred_at from raw.revenue_events order by event_id::int"
    )
    assert found == list(TIMES.values())


def test_bad_timestamps_are_put_aside(loader: Loader) -> None:
    """Each has its reason and none of them is loaded."""
    outcome = loader.load(
        revenue(*(f"{n},c,payment,{text},5" for n, text in enumerate(BAD_TIMES)))
    )
    assert outcome.counts("revenue_events") == (len(BAD_TIMES), 0, 0, len(BAD_TIMES))
    expected = {str(n): reason for n, reason in enumerate(BAD_TIMES.values())}
    assert quarantined(loader) == expected


def test_amounts_are_exact(loader: Loader) -> None:
    """Plain decimals are kept to the last digit."""
    loader.load(
        revenue(*(f"{n},c,payment,2024-01-01,{text}" for n, text in enumerate(AMOUNTS)))
    )
    found = loader.column(
        "select amount from raw.revenue_events order by event_id::int"
    )
    assert found == [Decimal(value) for value in AMOUNTS.values()]


def test_bad_amounts_are_put_aside(loader: Loader) -> None:
    """Each has its reason; only the one without is loaded."""
    loader.load(
        revenue(
            *(f"{n},c,payment,2024-01-01,{text}" for n, text in enumerate(BAD_AMOUNTS))
        )
    )
    expected = {str(n): why for n, why in enumerate(BAD_AMOUNTS.values()) if why}
    assert quarantined(loader) == expected


def test_keys_words_and_guests(loader: Loader) -> None:
    """A key must be filled and a word known; a guest has no customer."""
    outcome = loader.load(
        revenue(
            ",c,payment,2024-01-01,5",
            "g1,,payment,2024-01-01,5",
            "u1,c,Payment,2024-01-01,5",
            "u2,c,,2024-01-01,5",
            "n1,c,payment_failed,2024-01-01,0",
            ",,,,",
        )
    )
    assert outcome.counts("revenue_events") == (6, 2, 0, 4)
    assert outcome.reasons("revenue_events") == {
        "missing_key": 2,
        "missing_value": 1,
        "unknown_event_type": 1,
    }
    customers = loader.column("select customer_id from raw.revenue_events order by 1")
    assert customers == ["c", None]


PRICED = "event_id,customer_id,subscription_id,event_type,occurred_at,billing_interval,"
PRICED += "unit_amount,quantity,interval_count,discount_amount"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("started,2024-01-01,month,10,,,", None),
        ("started,2024-01-01,month,0,0.5,1.0,0", None),
        ("renewed,2024-01-01,,,,,", None),
        ("started,2024-01-01,month,,,,", "missing_price"),
        ("changed,2024-01-01,,10,,,", "missing_price"),
        ("started,2024-01-01,monthly,10,,,", "unknown_interval"),
        ("started,2024-01-01,month,-1,,,", "negative_amount"),
        ("started,2024-01-01,month,1,,,-1", "negative_amount"),
        ("started,2024-01-01,month,1,0,,", "out_of_range"),
        ("started,2024-01-01,month,1,,0,", "out_of_range"),
        ("started,2024-01-01,month,1,,1.5,", "wrong_scale"),
        ("started,2024-01-01,month,1,,9223372036854775808,", "overflow"),
        ("started,2024-01-01,month,9999999999999.9999,,,", None),
        ("started,2024-01-01,month,10000000000000,,,", "overflow"),
        ("started,2024-01-01,month,1000000,10000000,,", "overflow"),
        ("started,2024-01-01,day,1000000000000,,,", "overflow"),
    ],
)
def test_prices(loader: Loader, cells: str, reason: str | None) -> None:
    """A price is complete, positive where it must be, and small enough to sum."""
    outcome = loader.load(subscriptions(f"e,c,s,{cells}", header=PRICED))
    expected = {reason: 1} if reason else {}
    assert outcome.reasons("subscription_events") == expected


def test_only_scheduled_ends_lie_in_the_future(loader: Loader) -> None:
    """More than a day ahead is refused, except an end or a request for one."""
    now = datetime.now()
    soon = f"{now + timedelta(hours=20):%Y-%m-%dT%H:%M:%S}"
    late = f"{now + timedelta(days=3):%Y-%m-%dT%H:%M:%S}"
    outcome = loader.load(
        subscriptions(
            f"a,c,s,ended,{late},,",
            f"b,c,s,cancel_requested,{late},,",
            f"c,c,s,renewed,{late},,",
            f"d,c,s,renewed,{soon},,",
        )
    )
    assert outcome.reasons("subscription_events") == {"future_timestamp": 1}
    assert quarantined(loader) == {"c": "future_timestamp"}


def test_currencies_need_a_rate(loader: Loader) -> None:
    """The reporting currency needs none; a rate of an earlier load counts too."""
    header = "event_id,customer_id,event_type,occurred_at,amount,currency"
    rows = ["1,c,payment,2024-01-01,5,USD", "2,c,payment,2024-01-01,5,EUR"]
    rows += ["3,c,payment,2024-01-01,5,", "4,c,payment,2024-01-01,5,XXX"]
    files = revenue(*rows, header=header)
    rates = "rate_date,currency,rate\n2024-01-01,EUR,1.0000000001\n2024-01-01,XXX,0\n"
    outcome = loader.load({**files, "exchange_rates.csv": rates})
    assert outcome.counts("revenue_events") == (4, 3, 0, 1)
    assert outcome.reasons("revenue_events") == {"unknown_currency": 1}
    assert outcome.reasons("exchange_rates") == {"out_of_range": 1}
    again = loader.load(revenue("5,c,payment,2024-01-01,5,EUR", header=header))
    assert again.counts("revenue_events") == (1, 1, 0, 0)
    assert loader.column("select rate from raw.exchange_rates") == [
        Decimal("1.0000000001")
    ]


def test_a_late_rate_heals_the_same_file(loader: Loader) -> None:
    """A file with an unknown currency is read again; nothing is put aside twice."""
    header = "event_id,customer_id,event_type,occurred_at,amount,currency"
    files = revenue(
        "1,c,payment,2024-01-01,5,EUR", "2,c,payment,bad,5,EUR", header=header
    )
    assert loader.load(files).counts("revenue_events") == (2, 0, 0, 2)
    assert loader.load(files).counts("revenue_events") == (2, 0, 2, 0)
    rates = {"exchange_rates.csv": "rate_date,currency,rate\n2024-01-01,EUR,1.1\n"}
    assert loader.load({**files, **rates}).counts("revenue_events") == (2, 1, 1, 0)
    assert loader.column("select count(*) from raw.quarantine") == [2]
    assert loader.load({**files, **rates}).counts("revenue_events") == (2, 0, 2, 0)


def test_reporting_currency_option(loader: Loader) -> None:
    """The option names the currency that needs no rate."""
    header = "event_id,customer_id,event_type,occurred_at,amount,currency"
    files = revenue("1,c,payment,2024-01-01,5,EUR", header=header)
    outcome = loader.load(files, "--reporting-currency", "EUR")
    assert outcome.counts("revenue_events") == (1, 1, 0, 0)


def test_surveys(loader: Loader) -> None:
    """A score lies in the range of its survey; a cancellation has any or none."""
    rows = [
        "1,c,nps,2024-01-01,0,",
        "2,c,nps,2024-01-01,10,",
        "3,c,nps,2024-01-01,11,",
        "4,c,csat,2024-01-01,0,",
        "5,c,csat,2024-01-01,5,ok",
        "6,c,cancellation,2024-01-01,,too dear",
        "7,c,ces,2024-01-01,5,",
        "8,c,nps,2024-01-01,-1,",
    ]
    header = "response_id,customer_id,survey_type,responded_at,score,comment"
    text = "\n".join([header, *rows])
    outcome = loader.load(with_event({"survey_responses.csv": text}))
    assert outcome.counts("survey_responses") == (8, 4, 0, 4)
    assert outcome.reasons("survey_responses") == {
        "out_of_range": 3,
        "unknown_survey_type": 1,
    }


def test_dates(loader: Loader) -> None:
    """A date may be written as its midnight; anything else is no date."""
    rows = [
        "2024-01-01,a,5",
        "2024-01-02T00:00:00Z,a,5",
        "2024-01-03 00:00:00.000,a,5",
        "2024-01-04T01:00:00,a,5",
        "2023-02-29,a,5",
        "2024-01-05,a,-5",
    ]
    text = "\n".join(["cost_date,acquisition_channel,amount", *rows])
    outcome = loader.load(with_event({"acquisition_costs.csv": text}))
    assert outcome.reasons("acquisition_costs") == {"bad_date": 2, "negative_amount": 1}
    found = loader.column("select cost_date from raw.acquisition_costs order by 1")
    assert found == [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]


def test_hostile_text_comes_back_byte_by_byte(loader: Loader) -> None:
    """Text is data: formulas, SQL, paths, quotes and line ends are kept as they are."""
    rows = [
        f'e{n},"' + text.replace('"', '""') + '",open,2024-01-01'
        for n, text in enumerate(HOSTILE_TEXTS)
    ]
    content = "\n".join(["event_id,customer_id,event_name,occurred_at", *rows])
    outcome = loader.load({"activity_events.csv": content})
    assert outcome.counts("activity_events") == (
        len(HOSTILE_TEXTS),
        len(HOSTILE_TEXTS),
        0,
        0,
    )
    found = loader.column(
        "select customer_id from raw.activity_events order by substr(event_id, 2)::int"
    )
    assert found == HOSTILE_TEXTS
