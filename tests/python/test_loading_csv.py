"""CSV lines: which ones make a record, which are bad, and that all are counted."""

import os
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from loading_helpers import (
    REVENUE_HEADER,
    Loader,
    make_loader,  # noqa: F401
    revenue,
)

FUZZ_ROWS = int(os.environ.get("FUZZ_ROWS", "50000"))
HEADER = f"{REVENUE_HEADER},order_id"


def row(name: str, order_id: str = "") -> str:
    """Return a good payment."""
    return f"{name},c,payment,2024-01-01,5,{order_id}"


def quarantine(loader: Loader) -> list[tuple[int, str, str]]:
    """Return line, reason and raw text of everything put aside, by line."""
    found = loader.query(
        "select line_number, reason_code, raw_text from raw.quarantine order by 1"
    )
    return [(line, reason, text) for line, reason, text in found]


BAD_LINES = {
    "short": "b,c,payment",
    "long": "b,c,payment,2024-01-01,5,o,x",
    "blanks": "   ",
    "open quote": 'b,c,payment,2024-01-01,5,"o',
    "open quote at the start": '"b,c,payment,2024-01-01,5,o',
    "text behind a quote": 'b,c,payment,2024-01-01,5,"o"x',
    "carriage return inside": "b,c,payment,2024-01-01,5,o\rp",
}


@pytest.mark.parametrize("case", BAD_LINES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_bad_line_harms_no_other(loader: Loader, case: str, line_end: str) -> None:
    """One bad line is one row in quarantine with its number and exact text."""
    lines = [HEADER, row("a", '"x, ""y"""'), BAD_LINES[case], row("d"), row("e", '"z"')]
    outcome = loader.load({"revenue_events.csv": line_end.join(lines)})
    assert outcome.counts("revenue_events") == (4, 3, 0, 1)
    assert quarantine(loader) == [(3, "unparsable_line", BAD_LINES[case])]
    orders = loader.column("select order_id from raw.revenue_events order by event_id")
    assert orders == ['x, "y"', None, "z"]


def test_bad_bytes(loader: Loader) -> None:
    """Bad UTF-8, NUL bytes and endless lines are put aside as readable text."""
    lines = [
        HEADER.encode(),
        b"a,c,payment,2024-01-01,5,\xff\xfe",
        b"b,c,payment,2024-01-01,5,x\0y",
        b'd,c,payment,2024-01-01,5,"x\0y"',
        b"e,c,payment,2024-01-01,5," + b"x" * 3_000_000,
        b'f,c,payment,2024-01-01,5,"' + b"x" * 9_000_000 + b'"',
        b"g,c,payment,2024-01-01,5," + b"x" * 900_000,
        b'h,c,payment,2024-01-01,5,"' + b'""' * 400_000 + b'"',
        b"i,c,payment,2024-01-01,5,\xed\xa0\x80",
    ]
    outcome = loader.load({"revenue_events.csv": b"\n".join(lines)})
    assert outcome.counts("revenue_events") == (8, 2, 0, 6)
    assert outcome.reasons("revenue_events") == {
        "invalid_utf8": 2,
        "line_too_long": 2,
        "nul_byte": 2,
    }
    found = quarantine(loader)
    assert found[0] == (2, "invalid_utf8", "a,c,payment,2024-01-01,5,\\xff\\xfe")
    assert found[1] == (3, "nul_byte", "b,c,payment,2024-01-01,5,x\\x00y")
    assert max(len(text) for _, _, text in found) == 65_536
    sizes = loader.column("select length(order_id) from raw.revenue_events order by 1")
    assert sizes == [400_000, 900_000]


def test_blank_lines_are_no_rows(loader: Loader) -> None:
    """Blank lines, also at the end, are counted nowhere but keep the numbering."""
    text = f"{HEADER}\n\n{row('a')}\r\n\r\n\nbad\n\n"
    outcome = loader.load({"revenue_events.csv": text})
    assert outcome.counts("revenue_events") == (2, 1, 0, 1)
    assert quarantine(loader) == [(6, "unparsable_line", "bad")]


def test_fields_over_several_lines(loader: Loader) -> None:
    """A quoted field may hold line ends, commas and doubled quotes."""
    header = "comment,response_id,customer_id,survey_type,responded_at,reason_code"
    comments = [
        "one\ntwo",
        "one\r\ntwo, with comma\r\n\r\nand a blank line",
        'he said ""no""\n""really""',
        "\n",
        "a,b,c\nd,e,f,g,h,i,j",
        "x\n" * 300,
    ]
    rows = [f'"{text}",r{n},c,csat,2024-01-01,' for n, text in enumerate(comments)]
    rows += [f'"s",t{n},c,csat,2024-01-01,"{text}"' for n, text in enumerate(comments)]
    files = revenue("e1,c1,payment,2024-01-01,5")
    files["survey_responses.csv"] = "\r\n".join([header, *rows])
    outcome = loader.load(files)
    assert outcome.counts("survey_responses") == (12, 12, 0, 0)
    expected = [text.replace('""', '"') for text in comments]
    for column, letter in (("comment", "r"), ("reason_code", "t")):
        assert expected == loader.column(
            f"select {column} from raw.survey_responses "
            f"where response_id like '{letter}%' order by response_id"
        )


def test_stray_quotes_swallow_nothing(loader: Loader) -> None:
    """Two stray quotes a hundred lines apart cost two lines, not a hundred."""
    rows = [row(f"e{n}", "o") for n in range(200)]
    rows[20] = row("e20", '"o')
    rows[120] = 'e120,"c,payment,2024-01-01,5,o'
    rows[150] = 'e150,c",payment,2024-01-01,5,o'
    outcome = loader.load(revenue(*rows, header=HEADER))
    assert outcome.counts("revenue_events") == (200, 198, 0, 2)
    assert [line for line, _, _ in quarantine(loader)] == [22, 122]
    assert loader.column(
        "select customer_id from raw.revenue_events where event_id = 'e150'"
    ) == ['c"']


def test_quotes_inside_of_plain_fields_are_data(loader: Loader) -> None:
    """Only a quote at the start of a field opens one."""
    rows = [row("a", '6" pipe'), row("b", 'say "hi"'), row("d", 'x"')]
    outcome = loader.load(revenue(*rows, header=HEADER))
    assert outcome.counts("revenue_events") == (3, 3, 0, 0)
    orders = loader.column("select order_id from raw.revenue_events order by event_id")
    assert orders == ['6" pipe', 'say "hi"', 'x"']


def test_quarantine_keeps_the_text_as_it_was(loader: Loader) -> None:
    """Also of rows that were typed, were quoted or conflict."""
    rows = [row("a"), 'b,"c",payment,2024-01-01,"x",', "d,c,payment,2024-01-01,1e3,"]
    rows += ["a,c,payment,2024-01-01,5.0,other", 'a,"c\nc",payment,2024-01-01,5.0,""']
    loader.load(revenue(*rows, header=HEADER))
    assert quarantine(loader) == [
        (3, "bad_number", rows[1]),
        (4, "bad_number", rows[2]),
        (5, "conflicting_duplicate", rows[3]),
        (6, "conflicting_duplicate", rows[4]),
    ]


def _corrupt(rng: random.Random, number: int) -> tuple[bytes, str]:
    """Return one line and what must become of it."""
    time = datetime(2024, 1, 1) + timedelta(seconds=number)
    amount = f"{rng.randrange(10**6) / 100:.2f}"
    cells = [f"e{number}", f"c{number % 97}", "payment", f"{time}Z", amount, "o"]
    if rng.random() < 0.8:
        if rng.random() < 0.1:
            cells[5] = rng.choice(['"o, p"', '"a\nb"', '"say ""x"""', 'mid"dle', "é"])
        return ",".join(cells).encode(), "loaded"
    column, text, reason = rng.choice(
        [
            (0, "", "missing_key"),
            (2, "paymint", "unknown_event_type"),
            (2, "", "missing_value"),
            (3, "2024-02-30", "bad_timestamp"),
            (3, "yesterday", "bad_timestamp"),
            (3, "9999-01-01", "future_timestamp"),
            (3, "2024-01-01T00:00:00.0000001", "wrong_scale"),
            (4, "-1", "negative_amount"),
            (4, "1.00001", "wrong_scale"),
            (4, "1e5", "bad_number"),
            (4, "nan", "non_finite"),
            (4, "123456789012345", "overflow"),
            (5, "o,extra", "unparsable_line"),
            (5, '"stray', "unparsable_line"),
            (5, '"stray"x', "unparsable_line"),
            (1, '"stray', "unparsable_line"),
            (5, "a\0b", "nul_byte"),
        ]
    )
    cells[column] = text
    line = ",".join(cells).encode()
    if rng.random() < 0.05:
        return line.replace(b",o", b",\xc3\x28") + b"\xff", "invalid_utf8_or_worse"
    return line, reason


def test_fuzz_every_row_is_accounted_for(loader: Loader) -> None:
    """FUZZ_ROWS rows, a fifth of them corrupted: each reason is counted exactly."""
    rng = random.Random(6)  # noqa: S311
    lines = [HEADER.encode()]
    expected: Counter[str] = Counter()
    repeated: list[bytes] = []
    for number in range(FUZZ_ROWS):
        line, fate = _corrupt(rng, number)
        if fate == "invalid_utf8_or_worse":
            if b'"stray' in line or b"extra" in line or b"\0" in line:
                continue  # two faults in one line: the order of checks would decide
            fate = "invalid_utf8"
        lines.append(line)
        expected[fate] += 1
        if fate == "loaded" and rng.random() < 0.05:
            repeated.append(line)
    for line in repeated:
        is_same = rng.random() < 0.5
        lines.append(line if is_same else line.replace(b",payment,", b",refund,"))
        expected["duplicate" if is_same else "conflicting_duplicate"] += 1
    outcome = loader.load({"revenue_events.csv": b"\n".join(lines)})
    loaded, duplicates = expected.pop("loaded"), expected.pop("duplicate")
    bad = sum(expected.values())
    assert outcome.reasons("revenue_events") == dict(expected)
    total = loaded + duplicates + bad
    assert outcome.counts("revenue_events") == (total, loaded, duplicates, bad)
    assert loader.column("select count(*) from raw.revenue_events") == [loaded]
    assert loader.column("select count(*) from raw.quarantine") == [bad]
