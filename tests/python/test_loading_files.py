"""Whole files and folders: what refuses a load, and that nothing is left behind."""

import gzip
import os
from pathlib import Path

import pytest
from loading_helpers import (
    REVENUE_HEADER,
    Loader,
    make_loader,  # noqa: F401
    parquet,
    revenue,
    with_event,
)

ROW = "e1,c1,payment,2024-01-01,5\n"
GOOD = f"{REVENUE_HEADER}\n{ROW}"

REFUSED: dict[str, tuple[dict[str, str | bytes], str]] = {
    "no file": ({}, "no event table"),
    "no event table": ({"customers.csv": "customer_id\nc1\n"}, "no event table"),
    "empty": ({"revenue_events.csv": ""}, "revenue_events.csv: the file is empty"),
    "only a mark": ({"revenue_events.csv": b"\xef\xbb\xbf"}, "the file is empty"),
    "blank header": ({"revenue_events.csv": f"\n{GOOD}"}, "header is missing"),
    "no header": ({"revenue_events.csv": ROW}, "unknown column 'e1'"),
    "renamed": (
        {"revenue_events.csv": GOOD.replace("amount", "amuont")},
        "unknown column 'amuont'; the nearest known one is 'amount'",
    ),
    "other case": (
        {"revenue_events.csv": GOOD.replace("amount", "Amount")},
        "the nearest known one is 'amount'",
    ),
    "padded name": (
        {"revenue_events.csv": GOOD.replace(",amount", ", amount")},
        "unknown column ' amount'",
    ),
    "extra column": (
        {
            "revenue_events.csv": "event_id,event_type,occurred_at,amount,x\n",
        },
        "unknown column 'x'",
    ),
    "missing column": (
        {"revenue_events.csv": "event_id,event_type,amount\n"},
        "missing required column 'occurred_at'",
    ),
    "doubled column": (
        {"revenue_events.csv": GOOD.replace("customer_id", "amount")},
        "column 'amount' is given twice",
    ),
    "semicolons": (
        {"revenue_events.csv": GOOD.replace(",", ";")},
        "unknown column",
    ),
    "header in Latin 1": (
        {"revenue_events.csv": GOOD.encode().replace(b"amount", b"am\xf6unt")},
        "not UTF-8 CSV",
    ),
    "header with a stray quote": (
        {"revenue_events.csv": f'"{GOOD}'},
        "not UTF-8 CSV",
    ),
    "UTF-16": ({"revenue_events.csv": GOOD.encode("utf-16")}, "looks like UTF-16"),
    "gzip without its name": (
        {"revenue_events.csv": gzip.compress(GOOD.encode())},
        "looks like gzip",
    ),
    "parquet called csv": (
        {"revenue_events.csv": b"PAR1abcPAR1"},
        "looks like Parquet",
    ),
    "not gzip": ({"revenue_events.csv.gz": GOOD}, "bad compression"),
    "cut gzip": (
        {"revenue_events.csv.gz": gzip.compress(GOOD.encode() * 99)[:-9]},
        "bad compression",
    ),
    "gzip with a wrong byte": (
        {"revenue_events.csv.gz": gzip.compress(GOOD.encode())[:-8] + b"x" * 8},
        "bad compression",
    ),
    "gzip of nothing": ({"revenue_events.csv.gz": gzip.compress(b"")}, "is empty"),
    "csv called parquet": ({"revenue_events.parquet": GOOD}, "no Parquet file"),
    "cut parquet": (
        {"revenue_events.parquet": b"PAR1" + b"\0" * 99},
        "no Parquet file",
    ),
    "JSON array": ({"revenue_events.jsonl": '[{"event_id": 1}]'}, "one JSON array"),
    "unknown key": (
        {"revenue_events.jsonl": '{"event_id": "1", "prise": 3}'},
        "unknown column 'prise'",
    ),
    "missing key everywhere": (
        {"revenue_events.jsonl": '{"event_id": "1"}'},
        "missing required key 'event_type'",
    ),
    "two formats": (
        {"revenue_events.csv": GOOD, "revenue_events.csv.gz": gzip.compress(b"x")},
        "table 'revenue_events' comes twice",
    ),
    "file and folder": (
        {"revenue_events.csv": GOOD, "revenue_events/a.parquet": b"x"},
        "comes twice",
    ),
    "misspelt table": (
        {"revenue_events.csv": GOOD, "custmers.csv": "customer_id\n"},
        "custmers.csv: no such table; the nearest known one is 'customers'",
    ),
    "misspelt folder": (
        {"revenue_events.csv": GOOD, "activity_event/a.parquet": b"x"},
        "the nearest known one is 'activity_events'",
    ),
    "unknown format": (
        {"revenue_events.csv": GOOD, "customers.jsonl.gz": gzip.compress(b"{}")},
        "customers.jsonl.gz: not a known format",
    ),
    "bare gz": (
        {"revenue_events.csv": GOOD, "customers.gz": b"x"},
        "not a known format",
    ),
    "upper case": ({"Revenue_Events.CSV": GOOD}, "no such table"),
    "empty folder": (
        {"revenue_events.csv": GOOD, "customers/readme.txt": "x"},
        "holds no Parquet file",
    ),
    "parquet as a folder": (
        {"activity_events.csv": GOOD, "revenue_events.parquet/a.parquet": b"x"},
        "a folder of Parquet files is called like its table",
    ),
    "unprintable name": (
        {"revenue_events/a\nb.parquet": b"x"},
        "unprintable characters",
    ),
    "control characters": ({"a\x1b[31m\nb.csv": GOOD}, "a?[31m?b.csv: no such table"),
    "csv in a folder": (
        {"revenue_events/a.csv": GOOD},
        "may hold Parquet files only",
    ),
    "unfinished write": (
        {"revenue_events/_temporary/a.parquet": b"x"},
        "unfinished write",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_file_refuses_the_load(loader: Loader, case: str) -> None:
    """Exit status 1, one sentence with the reason, and no file is created."""
    files, reason = REFUSED[case]
    assert reason in loader.refused(files)
    assert list(loader.folder.glob("warehouse.duckdb*")) == []


def test_a_refused_load_changes_no_table(loader: Loader) -> None:
    """Good files beside a bad one are not loaded either."""
    loader.load(revenue(ROW.strip()))
    before = loader.query("select * from raw.loads")
    bad = {**revenue("e2,c,payment,2024-01-01,5"), "customers.csv": "customer\nc\n"}
    assert "customers.csv: unknown column 'customer'" in loader.refused(bad)
    assert loader.query("select * from raw.loads") == before
    assert loader.column("select event_id from raw.revenue_events") == ["e1"]


def test_too_many_bad_rows_refuse_the_load(loader: Loader) -> None:
    """The sentence names file, share, limit and the first bad line."""
    rows = [f"e{n},c,payment,2024-01-01,5" for n in range(98)]
    source = loader.source(revenue(*rows, "x,c,payment,bad,5", "y,c,payment,bad,5"))
    outcome = loader.run(source, all_bad=False)
    assert outcome.status == 1
    assert "2 of 100 rows of revenue_events are bad (2.00%)" in outcome.error
    assert "line 100, bad_timestamp" in outcome.error
    assert not loader.database.exists()
    outcome = loader.run(source, "--max-quarantined-share", "0.02", all_bad=False)
    assert outcome.counts("revenue_events") == (100, 98, 0, 2)


def test_other_files_are_left_alone(loader: Loader) -> None:
    """Notes, dumps and folders that look like no table do not matter."""
    files = revenue(ROW.strip())
    files |= {"README.md": "x", "notes.txt": "x", "archive/old.csv": "x", "a.xlsx": "x"}
    assert loader.load(files).summary["tables"].keys() == {"revenue_events"}


def test_header_only_files_are_empty_tables(loader: Loader) -> None:
    """They count as files, keep earlier rows, and all eight tables exist."""
    loader.load({**revenue(ROW.strip()), "customers.csv": "customer_id\nc1\n"})
    empty: dict[str, str | bytes] = {
        "revenue_events.csv": REVENUE_HEADER,
        "customers.csv": "customer_id\r\n",
    }
    outcome = loader.load(empty)
    assert outcome.counts("customers") == (0, 0, 0, 0)
    assert loader.column("select customer_id from raw.customers") == ["c1"]
    names = loader.column(
        "select table_name from duckdb_tables() where schema_name = 'raw'"
    )
    assert len(names) == 12


def test_header_variants(loader: Loader) -> None:
    """A byte order mark, CRLF, quotes and another column order are fine."""
    header = '"amount","occurred_at",event_type,"event_id"'
    text = f'\ufeff{header}\r\n"5",2024-01-01,payment,e1\r\n6,2024-01-01,refund,e2'
    outcome = loader.load({"revenue_events.csv": text})
    assert outcome.counts("revenue_events") == (2, 2, 0, 0)
    assert loader.column("select amount::int from raw.revenue_events order by 1") == [
        5,
        6,
    ]


def test_gzip(loader: Loader) -> None:
    """Gzip of several members reads as one file."""
    packed = gzip.compress(f"{REVENUE_HEADER}\n".encode()) + gzip.compress(ROW.encode())
    outcome = loader.load({"revenue_events.csv.gz": packed})
    assert outcome.counts("revenue_events") == (1, 1, 0, 0)


def _link_out(folder: Path, outside: Path) -> None:
    (folder / "customers.csv").symlink_to(outside / "customers.csv")


def _link_up(folder: Path, outside: Path) -> None:
    relative = os.path.relpath(outside / "customers.csv", folder)
    (folder / "customers.csv").symlink_to(relative)


def _link_folder(folder: Path, outside: Path) -> None:
    (folder / "customers").symlink_to(outside / "parts")


def _link_part(folder: Path, outside: Path) -> None:
    (folder / "customers").mkdir()
    (folder / "customers/a.parquet").symlink_to(outside / "parts/a.parquet")


def _link_chain(folder: Path, outside: Path) -> None:
    (folder / "hop").symlink_to(outside / "customers.csv")
    (folder / "customers.csv").symlink_to("hop")


def _link_circle(folder: Path, outside: Path) -> None:
    del outside
    (folder / "customers.csv").symlink_to("customers.csv")


def _link_nowhere(folder: Path, outside: Path) -> None:
    (folder / "customers.csv").symlink_to(outside / "missing")


def _link_device(folder: Path, outside: Path) -> None:
    del outside
    (folder / "customers.csv").symlink_to("/dev/zero")


def _pipe(folder: Path, outside: Path) -> None:
    del outside
    os.mkfifo(folder / "customers.csv")


@pytest.mark.parametrize(
    "escape",
    [
        _link_out,
        _link_up,
        _link_folder,
        _link_part,
        _link_chain,
        _link_circle,
        _link_nowhere,
        _link_device,
        _pipe,
    ],
)
def test_nothing_outside_of_the_folder_is_read(loader: Loader, escape: object) -> None:
    """Links that lead out, circles, devices and pipes refuse the load."""
    assert callable(escape)
    outside = loader.source({"customers.csv": "customer_id\nsecret\n"})
    parquet(outside, "parts/a.parquet", "select 'secret' as customer_id")
    folder = loader.source(revenue(ROW.strip()))
    escape(folder, outside)
    outcome = loader.run(folder)
    assert outcome.status == 1
    assert outcome.error.startswith("load_raw.py: customers")
    assert not loader.database.exists()


def test_names_with_wildcards_are_names(loader: Loader) -> None:
    """A file name with brackets or stars stands for itself."""
    folder = loader.folder / "so*rce [1]?"
    query = "select 'c' as customer_id, 'open' as event_name, "
    query += "? as occurred_at, ? as event_id"
    for name in ("a[1].parquet", "a*.parquet", "a1.parquet"):
        parquet(folder, f"activity_events/{name}", query, ["2024-01-01", name])
    outcome = loader.run(folder)
    assert outcome.counts("activity_events") == (3, 3, 0, 0)


def test_the_source_name_is_no_path(loader: Loader) -> None:
    """Only the folder's own name is stored, and no raw text in the file list."""
    source = loader.source(with_event({}))
    assert loader.run(source / ".." / source.name / ".").status == 0
    assert loader.column("select source_name from raw.loads") == [source.name]
    assert loader.column("select file_name from raw.load_files") == [
        "revenue_events.csv"
    ]
