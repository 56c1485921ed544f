"""Whole files and folders: what refuses a load, and that nothing is left behind."""

import gzip
import os
import socket
from pathlib import Path

import duckdb
import pytest
from bad_files import HEADER, PUT_ASIDE, REFUSED, ROW
from loading.duckdb_warehouse import DuckDbWarehouse
from loading_helpers import (
    Loader,
    make_loader,  # noqa: F401
    parquet,
    revenue,
    with_event,
)


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_file_refuses_the_load(loader: Loader, case: str) -> None:
    """Exit status 1, one sentence with file and reason, and no file is created."""
    files, sentence = REFUSED[case]
    assert loader.refused(files) == f"load_raw.py: {sentence}\n"
    assert list(loader.folder.glob("warehouse.duckdb*")) == []


@pytest.mark.parametrize("case", PUT_ASIDE)
def test_a_bad_row_is_put_aside(loader: Loader, case: str) -> None:
    """Every row is loaded, repeated, or in quarantine with its reason."""
    files, counts, reasons = PUT_ASIDE[case]
    outcome = loader.load(files)
    assert outcome.counts("revenue_events") == counts
    assert outcome.reasons("revenue_events") == reasons


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
        "revenue_events.csv": HEADER,
        "customers.csv": "customer_id\r\n",
    }
    outcome = loader.load(empty)
    assert outcome.counts("customers") == (0, 0, 0, 0)
    assert loader.column("select customer_id from raw.customers") == ["c1"]
    names = loader.column(
        "select table_name from duckdb_tables() where schema_name = 'raw'"
    )
    assert len(names) == 15


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
    packed = gzip.compress(f"{HEADER}\n".encode()) + gzip.compress(ROW.encode())
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


def _link_inner_folder(folder: Path, outside: Path) -> None:
    (folder / "customers").mkdir()
    parquet(folder, "customers/good.parquet", "select 'c1' as customer_id")
    (folder / "customers/more").symlink_to(outside / "parts")


def _link_hidden(folder: Path, outside: Path) -> None:
    parquet(folder, "customers/good.parquet", "select 'c1' as customer_id")
    (folder / "customers/.more.parquet").symlink_to(outside / "parts/a.parquet")


def _link_process(folder: Path, outside: Path) -> None:
    del outside
    (folder / "customers.csv").symlink_to("/proc/self/environ")


def _link_folder_as_file(folder: Path, outside: Path) -> None:
    (folder / "customers.csv").symlink_to(outside)


def _socket(folder: Path, outside: Path) -> None:
    del outside
    with socket.socket(socket.AF_UNIX) as server:
        # The name of a socket is limited to some hundred bytes.
        before = Path.cwd()
        os.chdir(folder)
        try:
            server.bind("customers.csv")
        finally:
            os.chdir(before)


@pytest.mark.parametrize(
    "escape",
    [
        _link_inner_folder,
        _link_hidden,
        _link_process,
        _link_folder_as_file,
        _socket,
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


ATTACKS = [
    "select * from read_text('{outside}/customers.csv')",
    "select * from read_csv('{folder}/../{outside_name}/customers.csv')",
    "select * from read_csv('{folder}/link.csv')",
    "select * from read_blob('/proc/self/environ')",
    "select * from glob('{outside}/*')",
    "from '{outside}/parts/a.parquet'",
    "copy (select 1) to '{outside}/stolen.csv'",
    "copy raw.loads to '{outside}/stolen.parquet'",
    "attach '{outside}/other.duckdb' as other",
    "export database '{outside}/copy'",
    "install httpfs",
    "load httpfs",
    "select * from read_csv('https://example.org/x.csv')",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "set lock_configuration = false",
    "set temp_directory = '{outside}'",
    "pragma enable_profiling = 'json'; pragma profiling_output = '{outside}/p.json'",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_load_touches_no_other_files(loader: Loader, attack: str) -> None:
    """Whatever slipped into a statement: DuckDB itself is confined to two folders."""
    outside = loader.source({"customers.csv": "customer_id\nsecret\n"})
    parquet(outside, "parts/a.parquet", "select 'secret' as customer_id")
    folder = loader.source(revenue(ROW.strip()))
    (folder / "link.csv").symlink_to(outside / "customers.csv")
    warehouse = DuckDbWarehouse(loader.database, raw_schema="raw", memory_limit="500MB")
    before = sorted(outside.rglob("*"))
    with warehouse:
        warehouse.confine(folder)
        good = f"select * from read_csv('{folder}/revenue_events.csv')"
        assert len(warehouse.connection.execute(good).fetchall()) == 1
        statement = attack.format(
            folder=folder, outside=outside, outside_name=outside.name
        )
        with pytest.raises(duckdb.Error):
            warehouse.connection.execute(statement)
    assert sorted(outside.rglob("*")) == before


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
