"""Crafted bad files, each with what must become of it, word by word.

REFUSED ends the load with one sentence. PUT_ASIDE loads what is good: rows read,
loaded, duplicate and quarantined, and the reasons.
"""

import bz2
import gzip
import io
import zipfile

Files = dict[str, str | bytes]

HEADER = "event_id,customer_id,event_type,occurred_at,amount"
ROW = "e1,c1,payment,2024-01-01,5\n"
GOOD = f"{HEADER}\n{ROW}"


def zipped(text: str) -> bytes:
    """Return a ZIP archive with one CSV file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("revenue_events.csv", text)
    return archive.getvalue()


def csv_with(*lines: str) -> Files:
    """Return a file of revenue events with a good row before and behind the lines."""
    last = ROW.replace("e1", "e2")
    return {"revenue_events.csv": GOOD + "".join(f"{line}\n" for line in lines) + last}


def jsonl_with(*lines: str) -> Files:
    """Return JSON lines of revenue events, the first one good."""
    good = '{"event_id": "e1", "event_type": "payment", '
    good += '"occurred_at": "2024-01-01", "amount": 5}'
    return {"revenue_events.jsonl": "\n".join([good, *lines])}


REFUSED: dict[str, tuple[Files, str]] = {
    "no file": (
        {},
        "source_1: no event table; at least one of subscription_events, "
        "revenue_events, activity_events must be there",
    ),
    "no event table": (
        {"customers.csv": "customer_id\nc1\n"},
        "source_1: no event table; at least one of subscription_events, "
        "revenue_events, activity_events must be there",
    ),
    "empty": (
        {"revenue_events.csv": ""},
        "revenue_events.csv: the file is empty (0 bytes)",
    ),
    "only a mark": (
        {"revenue_events.csv": b"\xef\xbb\xbf"},
        "revenue_events.csv: the file is empty (0 bytes inside)",
    ),
    "blank header": (
        {"revenue_events.csv": f"\n{GOOD}"},
        "revenue_events.csv: the header is missing, the first line is empty",
    ),
    "no header": (
        {"revenue_events.csv": ROW},
        "revenue_events.csv: unknown column 'e1'; the nearest known one is 'order_id'",
    ),
    "renamed": (
        {"revenue_events.csv": GOOD.replace("amount", "amuont")},
        "revenue_events.csv: unknown column 'amuont'; the nearest known one is "
        "'amount'",
    ),
    "other case": (
        {"revenue_events.csv": GOOD.replace("amount", "Amount")},
        "revenue_events.csv: unknown column 'Amount'; the nearest known one is "
        "'amount'",
    ),
    "padded name": (
        {"revenue_events.csv": GOOD.replace(",amount", ", amount")},
        "revenue_events.csv: unknown column ' amount'; the nearest known one is "
        "'amount'",
    ),
    "extra column": (
        {
            "revenue_events.csv": "event_id,event_type,occurred_at,amount,x\n",
        },
        "revenue_events.csv: unknown column 'x'; the nearest known one is "
        "'subscription_id'",
    ),
    "missing column": (
        {"revenue_events.csv": "event_id,event_type,amount\n"},
        "revenue_events.csv: missing required column 'occurred_at'",
    ),
    "doubled column": (
        {"revenue_events.csv": GOOD.replace("customer_id", "amount")},
        "revenue_events.csv: column 'amount' is given twice in the header",
    ),
    "semicolons": (
        {"revenue_events.csv": GOOD.replace(",", ";")},
        "revenue_events.csv: unknown column "
        "'event_id;customer_id;event_type;occurred_at;amount'; the nearest known "
        "one is 'occurred_at'; commas are needed, not ';'",
    ),
    "header in Latin 1": (
        {"revenue_events.csv": GOOD.encode().replace(b"amount", b"am\xf6unt")},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "header with a stray quote": (
        {"revenue_events.csv": f'"{GOOD}'},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "UTF-16": (
        {"revenue_events.csv": GOOD.encode("utf-16")},
        "revenue_events.csv: not the declared format; it looks like UTF-16",
    ),
    "gzip without its name": (
        {"revenue_events.csv": gzip.compress(GOOD.encode())},
        "revenue_events.csv: not the declared format; it looks like gzip",
    ),
    "parquet called csv": (
        {"revenue_events.csv": b"PAR1abcPAR1"},
        "revenue_events.csv: not the declared format; it looks like Parquet",
    ),
    "not gzip": (
        {"revenue_events.csv.gz": GOOD},
        "revenue_events.csv.gz: bad compression: not a gzip file",
    ),
    "cut gzip": (
        {"revenue_events.csv.gz": gzip.compress(GOOD.encode() * 99)[:-9]},
        "revenue_events.csv.gz: bad compression: Compressed file ended before the "
        "end-of-stream marker was reached",
    ),
    "gzip with a wrong byte": (
        {"revenue_events.csv.gz": gzip.compress(GOOD.encode())[:-8] + b"x" * 8},
        "revenue_events.csv.gz: bad compression: CRC check failed 0x78787878 != "
        "0xe21aacc4",
    ),
    "gzip of nothing": (
        {"revenue_events.csv.gz": gzip.compress(b"")},
        "revenue_events.csv.gz: the file is empty (0 bytes inside)",
    ),
    "csv called parquet": (
        {"revenue_events.parquet": GOOD},
        "revenue_events.parquet: not the declared format: no Parquet file",
    ),
    "cut parquet": (
        {"revenue_events.parquet": b"PAR1" + b"\0" * 99},
        "revenue_events.parquet: not the declared format: no Parquet file",
    ),
    "JSON array": (
        {"revenue_events.jsonl": '[{"event_id": 1}]'},
        "revenue_events.jsonl: not the declared format; it looks like one JSON "
        "array, not one object a line",
    ),
    "unknown key": (
        {"revenue_events.jsonl": '{"event_id": "1", "prise": 3}'},
        "revenue_events.jsonl: unknown column 'prise'; the nearest known one is "
        "'product_id'",
    ),
    "missing key everywhere": (
        {"revenue_events.jsonl": '{"event_id": "1"}'},
        "revenue_events.jsonl: missing required keys 'event_type', 'occurred_at', "
        "'amount' in every line",
    ),
    "two formats": (
        {"revenue_events.csv": GOOD, "revenue_events.csv.gz": gzip.compress(b"x")},
        "revenue_events.csv.gz: table 'revenue_events' comes twice, also as "
        "revenue_events.csv",
    ),
    "file and folder": (
        {"revenue_events.csv": GOOD, "revenue_events/a.parquet": b"x"},
        "revenue_events.csv: table 'revenue_events' comes twice, also as "
        "revenue_events",
    ),
    "misspelt table": (
        {"revenue_events.csv": GOOD, "custmers.csv": "customer_id\n"},
        "custmers.csv: no such table; the nearest known one is 'customers'",
    ),
    "misspelt folder": (
        {"revenue_events.csv": GOOD, "activity_event/a.parquet": b"x"},
        "activity_event/: no such table; the nearest known one is 'activity_events'",
    ),
    "unknown format": (
        {"revenue_events.csv": GOOD, "customers.jsonl.gz": gzip.compress(b"{}")},
        "customers.jsonl.gz: not a known format; it may be customers with .csv, "
        ".csv.gz, .parquet or .jsonl",
    ),
    "bare gz": (
        {"revenue_events.csv": GOOD, "customers.gz": b"x"},
        "customers.gz: not a known format; it may be customers with .csv, .csv.gz, "
        ".parquet or .jsonl",
    ),
    "upper case": (
        {"Revenue_Events.CSV": GOOD},
        "Revenue_Events.CSV: no such table; the nearest known one is 'revenue_events'",
    ),
    "empty folder": (
        {"revenue_events.csv": GOOD, "customers/readme.txt": "x"},
        "customers/: the folder holds no Parquet file",
    ),
    "parquet as a folder": (
        {"activity_events.csv": GOOD, "revenue_events.parquet/a.parquet": b"x"},
        "revenue_events.parquet: a folder; a folder of Parquet files is called like "
        "its table, without a suffix",
    ),
    "unprintable name": (
        {"revenue_events/a\nb.parquet": b"x"},
        "revenue_events/a?b.parquet: the file's name holds unprintable characters",
    ),
    "control characters": (
        {"a\x1b[31m\nb.csv": GOOD},
        "a?[31m?b.csv: no such table; the nearest known one is 'customer_attributes'",
    ),
    "csv in a folder": (
        {"revenue_events/a.csv": GOOD},
        "revenue_events/a.csv: a table's folder may hold Parquet files only",
    ),
    "unfinished write": (
        {"revenue_events/_temporary/a.parquet": b"x"},
        "revenue_events/_temporary/a.parquet: looks like the rest of an unfinished "
        "write",
    ),
    "zip called csv": (
        {"revenue_events.csv": zipped(GOOD)},
        "revenue_events.csv: not the declared format; it looks like zip",
    ),
    "bzip2 called csv": (
        {"revenue_events.csv": bz2.compress(GOOD.encode())},
        "revenue_events.csv: not the declared format; it looks like bzip2",
    ),
    "zip called gz": (
        {"revenue_events.csv.gz": zipped(GOOD)},
        "revenue_events.csv.gz: bad compression: not a gzip file",
    ),
    "UTF-16 big endian": (
        {"revenue_events.csv": b"\xfe\xff" + GOOD.encode("utf-16-be")},
        "revenue_events.csv: not the declared format; it looks like UTF-16",
    ),
    "UTF-16 without a mark": (
        {"revenue_events.csv": GOOD.encode("utf-16-le")},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "tabs": (
        {"revenue_events.csv": GOOD.replace(",", "\t")},
        "revenue_events.csv: unknown column "
        "'event_id\\tcustomer_id\\tevent_type\\toccurred_at\\tamount'; the nearest "
        "known one is 'occurred_at'; commas are needed, not '\\t'",
    ),
    "HTML": (
        {"revenue_events.csv": "<!DOCTYPE html>\n<html>Please log in</html>\n"},
        "revenue_events.csv: unknown column '<!DOCTYPE html>'; the nearest known "
        "one is 'event_type'",
    ),
    "JSON called csv": (
        {"revenue_events.csv": '{"event_id": "e1"}\n'},
        "revenue_events.csv: not the declared format; it looks like JSON lines",
    ),
    "csv called jsonl": (
        {"revenue_events.jsonl": GOOD},
        "revenue_events.jsonl: not the declared format; no line is a JSON object",
    ),
    "JSON null": (
        {"revenue_events.jsonl": 'null\n1\n"x"\n'},
        "revenue_events.jsonl: not the declared format; no line is a JSON object",
    ),
    "CR only": (
        {"revenue_events.csv": GOOD.replace("\n", "\r")},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "header with NUL": (
        {"revenue_events.csv": GOOD.replace("amount", "am\0ount")},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "header over two lines": (
        {"revenue_events.csv": '"event_\nid",event_type,occurred_at,amount\n'},
        "revenue_events.csv: the header is not UTF-8 CSV",
    ),
    "spaces only": (
        {"revenue_events.csv": "   \n"},
        "revenue_events.csv: unknown column '   '; the nearest known one is "
        "'subscription_id'",
    ),
    "newlines only": (
        {"revenue_events.csv": "\n\n\n"},
        "revenue_events.csv: the header is missing, the first line is empty",
    ),
    "trailing comma": (
        {"revenue_events.csv": HEADER + ",\n" + ROW},
        "revenue_events.csv: unknown column ''; the nearest known one is "
        "'subscription_id'",
    ),
    "two missing": (
        {"revenue_events.csv": "event_id,event_type\n"},
        "revenue_events.csv: missing required columns 'occurred_at', 'amount'",
    ),
    "gzip with junk behind": (
        {"revenue_events.csv.gz": gzip.compress(GOOD.encode()) + b"junk"},
        "revenue_events.csv.gz: bad compression: Not a gzipped file (b'ju')",
    ),
    "gzip header only magic": (
        {"revenue_events.csv.gz": b"\x1f\x8b"},
        "revenue_events.csv.gz: bad compression: Compressed file ended before the "
        "end-of-stream marker was reached",
    ),
    "gzip of gzip": (
        {"revenue_events.csv.gz": gzip.compress(gzip.compress(GOOD.encode()))},
        "revenue_events.csv.gz: the header is not UTF-8 CSV",
    ),
    "gzip of parquet": (
        {"revenue_events.csv.gz": gzip.compress(b"PAR1xxPAR1")},
        "revenue_events.csv.gz: unknown column 'PAR1xxPAR1'; the nearest known one "
        "is 'order_id'",
    ),
    "two tables misspelt plural": (
        {"subscription_event.csv": GOOD},
        "subscription_event.csv: no such table; the nearest known one is "
        "'subscription_events'",
    ),
    "dot in name": (
        {"revenue_events.2024.csv": GOOD},
        "revenue_events.2024.csv: not a known format; it may be revenue_events with "
        ".csv, .csv.gz, .parquet or .jsonl",
    ),
    "copy": (
        {"revenue_events (1).csv": GOOD},
        "revenue_events (1).csv: no such table; the nearest known one is "
        "'revenue_events'",
    ),
    "hidden": (
        {
            ".revenue_events.csv": GOOD,
            "activity_events.csv": "customer_id,event_name,occurred_at\n",
        },
        ".revenue_events.csv: no such table; the nearest known one is 'revenue_events'",
    ),
    "backup": (
        {
            "revenue_events.csv.bak": GOOD,
        },
        "source_1: no event table; at least one of subscription_events, "
        "revenue_events, activity_events must be there",
    ),
    "parquet empty": (
        {"revenue_events.parquet": b""},
        "revenue_events.parquet: the file is empty (0 bytes)",
    ),
    "part empty": (
        {"revenue_events/a.parquet": b""},
        "revenue_events/a.parquet: the file is empty (0 bytes)",
    ),
    "parquet two magic": (
        {"revenue_events.parquet": b"PAR1PAR1"},
        "revenue_events.parquet: not the declared format: no Parquet file",
    ),
    "sql as name": (
        {"x'; drop table loads; --.csv": GOOD},
        "x'; drop table loads; --.csv: no such table; the nearest known one is "
        "'revenue_events'",
    ),
    "raw bookkeeping": (
        {"loads.csv": "load_id\n", "revenue_events.csv": GOOD},
        "loads.csv: no such table; the nearest known one is 'exchange_rates'",
    ),
    "quarantine": (
        {"quarantine.csv": "load_id\n", "revenue_events.csv": GOOD},
        "quarantine.csv: no such table; the nearest known one is 'subscription_events'",
    ),
}

PUT_ASIDE: dict[str, tuple[Files, tuple[int, int, int, int], dict[str, int]]] = {
    "a value too few": (csv_with("b,c,payment"), (3, 2, 0, 1), {"unparsable_line": 1}),
    "a value too many": (
        csv_with("b,c,payment,2024-01-01,5,x"),
        (3, 2, 0, 1),
        {"unparsable_line": 1},
    ),
    "a comma for a decimal point": (
        csv_with("b,c,payment,2024-01-01,10,50"),
        (3, 2, 0, 1),
        {"unparsable_line": 1},
    ),
    "a quoted comma for a decimal point": (
        csv_with('b,c,payment,2024-01-01,"10,50"'),
        (3, 2, 0, 1),
        {"bad_number": 1},
    ),
    "a quote that is never closed": (
        csv_with('"b,c,payment,2024-01-01,5'),
        (3, 2, 0, 1),
        {"unparsable_line": 1},
    ),
    "a quote that swallows nothing over two thousand lines": (
        csv_with(
            'b,"c,payment,2024-01-01,5', *[f"x{n}" + ROW[2:-1] for n in range(2000)]
        ),
        (2003, 2002, 0, 1),
        {"unparsable_line": 1},
    ),
    "a field over three lines, which is no fault": (
        csv_with('b,"c\n\nd",payment,2024-01-01,5'),
        (3, 3, 0, 0),
        {},
    ),
    "the header again, as of files put together": (
        csv_with(HEADER),
        (3, 2, 0, 1),
        {"bad_timestamp": 1},
    ),
    "a footer with the number of rows": (
        csv_with("(2 rows)"),
        (3, 2, 0, 1),
        {"unparsable_line": 1},
    ),
    "a line in Latin 1": (
        {
            "revenue_events.csv": GOOD.encode()
            + "b,Zoë,payment,2024-01-01,5".encode("latin-1")
        },
        (2, 1, 0, 1),
        {"invalid_utf8": 1},
    ),
    "a mark of byte order in the middle": (
        csv_with("\ufeffb,c,payment,2024-01-01,5"),
        (3, 3, 0, 0),
        {},
    ),
    "a NUL byte": (
        csv_with("b,c\0,payment,2024-01-01,5"),
        (3, 2, 0, 1),
        {"nul_byte": 1},
    ),
    "a line of two mebibytes": (
        csv_with("b" * (2 << 20) + ",c,payment,2024-01-01,5"),
        (3, 2, 0, 1),
        {"line_too_long": 1},
    ),
    "both line ends in one file": (
        csv_with("b,c,payment,2024-01-01,5\r", "d,c,payment,2024-01-01,5"),
        (4, 4, 0, 0),
        {},
    ),
    "no line end at the end": (
        {"revenue_events.csv": GOOD.rstrip("\n")},
        (1, 1, 0, 0),
        {},
    ),
    "a file that was cut in the middle of a row": (
        {"revenue_events.csv": GOOD + "b,c,payment,2024-0"},
        (2, 1, 0, 1),
        {"unparsable_line": 1},
    ),
    "days before months": (
        csv_with("b,c,payment,31/01/2024,5"),
        (3, 2, 0, 1),
        {"bad_timestamp": 1},
    ),
    "days that a spreadsheet counted": (
        csv_with("b,c,payment,45292,5"),
        (3, 2, 0, 1),
        {"bad_timestamp": 1},
    ),
    "a leap day of no leap year": (
        csv_with("b,c,payment,2023-02-29,5"),
        (3, 2, 0, 1),
        {"bad_timestamp": 1},
    ),
    "separators of thousands": (
        csv_with('b,c,payment,2024-01-01,"1,234.50"'),
        (3, 2, 0, 1),
        {"bad_number": 1},
    ),
    "an amount with its currency": (
        csv_with("b,c,payment,2024-01-01,5 EUR"),
        (3, 2, 0, 1),
        {"bad_number": 1},
    ),
    "an error of a spreadsheet": (
        csv_with("b,c,payment,2024-01-01,#DIV/0!"),
        (3, 2, 0, 1),
        {"bad_number": 1},
    ),
    "a number that is none": (
        csv_with("b,c,payment,2024-01-01,NaN"),
        (3, 2, 0, 1),
        {"non_finite": 1},
    ),
    "a fifth decimal": (
        csv_with("b,c,payment,2024-01-01,1.00001"),
        (3, 2, 0, 1),
        {"wrong_scale": 1},
    ),
    "an amount beyond all sense": (
        csv_with("b,c,payment,2024-01-01," + "9" * 40),
        (3, 2, 0, 1),
        {"overflow": 1},
    ),
    "a refund below zero": (
        csv_with("b,c,refund,2024-01-01,-5"),
        (3, 2, 0, 1),
        {"negative_amount": 1},
    ),
    "an event type in capitals": (
        csv_with("b,c,PAYMENT,2024-01-01,5"),
        (3, 2, 0, 1),
        {"unknown_event_type": 1},
    ),
    "no id": (csv_with(",c,payment,2024-01-01,5"), (3, 2, 0, 1), {"missing_key": 1}),
    "the same row twice": (csv_with(ROW.rstrip("\n")), (3, 2, 1, 0), {}),
    "the same id for something else": (
        csv_with("e1,c1,payment,2024-01-01,6"),
        (3, 2, 0, 1),
        {"conflicting_duplicate": 1},
    ),
    "only commas": (csv_with(",,,,"), (3, 2, 0, 1), {"missing_key": 1}),
    "a broken object": (
        jsonl_with('{"event_id": '),
        (2, 1, 0, 1),
        {"unparsable_line": 1},
    ),
    "an object in place of a value": (
        jsonl_with('{"event_id": {"$oid": "e2"}}'),
        (2, 1, 0, 1),
        {"wrong_type": 1},
    ),
    "a key given twice": (
        jsonl_with('{"event_id": "e2", "event_id": "e3"}'),
        (2, 1, 0, 1),
        {"unparsable_line": 1},
    ),
    "half of a pair of surrogates": (
        jsonl_with('{"event_id": "\\ud800"}'),
        (2, 1, 0, 1),
        {"invalid_utf8": 1},
    ),
    "a list in a line": (jsonl_with('["e2"]'), (2, 1, 0, 1), {"unparsable_line": 1}),
    "a thousand brackets": (
        jsonl_with('{"event_id": ' + "[" * 100_000),
        (2, 1, 0, 1),
        {"unparsable_line": 1},
    ),
    "an infinite number": (
        jsonl_with(
            '{"event_id": "e2", "event_type": "payment", '
            '"occurred_at": "2024-01-01", "amount": Infinity}'
        ),
        (2, 1, 0, 1),
        {"non_finite": 1},
    ),
    "an exponent": (
        jsonl_with(
            '{"event_id": "e2", "event_type": "payment", '
            '"occurred_at": "2024-01-01", "amount": 1e999999999}'
        ),
        (2, 1, 0, 1),
        {"bad_number": 1},
    ),
}
