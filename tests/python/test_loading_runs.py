"""The command: exit statuses, output, locks, kills, and the data sets of others."""

import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import load_raw
import pytest
from loading.contract import TABLES_BY_NAME
from loading.errors import UsageError
from loading.report import result_table
from loading.results import FileResult, LoadResult
from loading.settings import Settings, read_settings
from loading.source_files import SourceFile
from loading_helpers import (
    REVENUE_HEADER,
    Loader,
    make_loader,  # noqa: F401
    revenue,
    with_event,
)
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
KILLS = 5
KILL_ROWS = 30_000


def start(source: Path, *options: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/load_raw.py"), str(source), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{missing}"], "no such folder"),
        (["{file}"], "no such folder"),
        (["{good}", "--target", "oracle"], "--target oracle: not known"),
        (["{good}", "--max-quarantined-share", "2"], "--max-quarantined-share"),
        (["{good}", "--max-quarantined-share", "nan"], "--max-quarantined-share"),
        (["{good}", "--memory-limit", "much"], "--memory-limit"),
        (["{good}", "--frobnicate"], "--frobnicate"),
        (["{good}", "--vars", "pause"], "--vars: not a mapping of names to values"),
        (["{good}", "--vars", "{a: 2024-02-30}"], "--vars: cannot be read as YAML"),
        (["{good}", "--vars", "{schema_prefx: a}"], "nearest known one is 'schema_pre"),
        (["{good}", "--vars", "{schema_prefix: 'a;'}"], "schema_prefix is 'a;'; allow"),
        (["{good}", "--vars", '{schema_prefix: "a\\n"}'], "schema_prefix is 'a\\n'; "),
        (
            ["{good}", "--vars", "{schema_prefix: A}"],
            "small letters, digits and unders",
        ),
        (["{good}", "--reporting-currency", "usd"], "reporting_currency is 'usd'; all"),
        ([], "source"),
    ],
)
def test_wrong_use(loader: Loader, arguments: list[str], sentence: str) -> None:
    """Exit status 2 and one sentence; nothing is created."""
    good = loader.source(with_event({}))
    file = good / "revenue_events.csv"
    names = {"good": str(good), "missing": "nowhere", "file": str(file)}
    outcome_arguments = [names.get(word.strip("{}"), word) for word in arguments]
    loader.expect(2, outcome_arguments, sentence)
    assert not loader.database.exists()


def test_the_table_reads_well_in_a_pipe(
    loader: Loader, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line per raw table with plain counts and the reasons."""
    rows = [f"e{n},c,payment,2024-01-01,5" for n in range(1234)]
    source = loader.source(revenue(*rows, "x,c,payment,bad,5", rows[0]))
    assert load_raw.main([str(source)]) == 0
    out = capsys.readouterr().out
    line = next(line for line in out.splitlines() if "revenue_events" in line)
    assert line.split() == [
        "revenue_events", "1", "1236", "1234", "1", "1", "0",
    ]  # fmt: skip
    assert "revenue_events quarantined: bad_timestamp 1\n" in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_the_table_has_room_for_ninety_million_rows() -> None:
    """In 80 columns, no heading and no number is cut."""
    file = SourceFile(
        TABLES_BY_NAME["subscription_events"],
        Path("x"),
        "subscription_events.csv",
        "csv",
    )
    result = FileResult(file, "", datetime(2024, 1, 1))
    result.read, result.duplicates, result.corrected = 90_000_000, 900_000, 90_000
    result.reasons = {"bad_timestamp": 900_000}
    console = Console(width=80, file=io.StringIO(), highlight=False, soft_wrap=True)
    console.print(result_table(LoadResult("l", [result])))
    assert isinstance(console.file, io.StringIO)
    out = console.file.getvalue()
    assert "…" not in out
    assert [line.split() for line in out.splitlines() if "events" in line] == [
        [
            "subscription_events",
            "1",
            "90000000",
            "88200000",
            "900000",
            "900000",
            "90000",
        ]
    ]


def test_json_output(loader: Loader) -> None:
    """One object with the load id and the counts of each table that had a file."""
    summary = loader.load(revenue("e1,c,payment,2024-01-01,5")).summary
    assert re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{4}", summary.pop("load_id"))
    assert summary == {
        "tables": {
            "revenue_events": {
                "files": 1,
                "read": 1,
                "loaded": 1,
                "duplicates": 0,
                "quarantined": 0,
                "reasons": {},
                "corrected": 0,
                "forgotten": 0,
            }
        }
    }


def test_vars_come_from_the_project(tmp_path: Path) -> None:
    """Those of dbt_project.yml, defaults without file or var, a sentence if broken."""
    project = tmp_path / "dbt_project.yml"
    assert read_settings(project_file=project) == Settings("USD", "")
    project.write_text("name: x\n")
    assert read_settings(project_file=project) == Settings("USD", "")
    project.write_text("vars:\n  reporting_currency: CHF\n  pause_policy: churn\n")
    assert read_settings(project_file=project) == Settings("CHF", "")
    given = "{schema_prefix: anna_, pause_policy: keep_mrr}"
    chosen = read_settings(given, currency="EUR", project_file=project)
    assert chosen == Settings("EUR", "anna_")
    assert chosen.raw_schema == "anna_raw"
    for broken in ("vars: [\n", "- vars\n", "vars: [a]\n", "\xff", "a: 2024-02-30"):
        project.write_bytes(broken.encode("latin-1"))
        with pytest.raises(UsageError, match=r"^dbt_project.yml: "):
            read_settings(project_file=project)


def test_a_schema_prefix(loader: Loader) -> None:
    """Two people share a file; the loads of one are unknown to the other."""
    source = loader.source(revenue("e1,c,payment,2024-01-01,5"))
    for prefix in ("anna_", "", "ben_", "anna_"):
        outcome = loader.run(source, "--vars", f"{{schema_prefix: '{prefix}'}}")
        assert outcome.status == 0, outcome.error
    found = loader.query(
        "select (select count(*) from anna_raw.loads), "
        "(select count(*) from anna_raw.revenue_events), "
        "(select count(*) from raw.loads), (select count(*) from ben_raw.loads)"
    )
    assert found == [(2, 1, 1, 1)]


def test_raw_types(loader: Loader) -> None:
    """The columns stand in the contract's order with exactly these types."""
    loader.load(with_event({}))
    found = loader.query(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = 'raw' order by table_name, column_index"
    )
    types: dict[str, list[str]] = {}
    for table, column, data_type in found:
        types.setdefault(table, []).append(f"{column} {data_type}")
    assert types["exchange_rates"] == [
        "rate_date DATE",
        "currency VARCHAR",
        "rate DECIMAL(18,10)",
        "recorded_at TIMESTAMP",
        "load_id VARCHAR",
        "loaded_at TIMESTAMP",
    ]
    assert types["subscription_events"][7:11] == [
        "interval_count BIGINT",
        "quantity DECIMAL(18,4)",
        "unit_amount DECIMAL(18,4)",
        "discount_amount DECIMAL(18,4)",
    ]
    assert types["loads"][-1] == "status VARCHAR"
    with duckdb.connect(str(loader.database)) as connection:
        (tags,) = connection.execute(
            "select tags from duckdb_databases() where not internal"
        ).fetchall()
    assert tags[0]["storage_version"].startswith("v1.4.0")


def test_a_held_lock_is_one_sentence(loader: Loader) -> None:
    """Exit status 3 while another process has the warehouse open."""
    source = loader.source(with_event({}))
    assert loader.run(source).status == 0
    code = f"import duckdb, sys; c = duckdb.connect({str(loader.database)!r}); "
    code += "print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        outcome = loader.run(source)
        holder.stdin.close()
    assert outcome.status == 3
    assert re.search(r"another process \(process \d+\) has .* open\n$", outcome.error)
    assert loader.run(source).status == 0


def test_a_file_that_is_no_warehouse(loader: Loader) -> None:
    """It is refused and left as it is."""
    loader.database.write_text("my diary" * 1000)
    outcome = loader.run(loader.source(with_event({})))
    assert outcome.status == 1
    assert "warehouse.duckdb: the warehouse cannot be opened" in outcome.error
    assert loader.database.read_text().startswith("my diary")


def test_odd_warehouse_paths(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, wildcards and a missing parent in the file's path do no harm."""
    path = loader.folder / "it's [new] *" / "raw.duckdb"
    monkeypatch.setenv("DBT_DUCKDB_PATH", str(path))
    loader.load(revenue("e1,c,payment,2024-01-01,5", "bad"))
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select count(*) from raw.raw.revenue_events")
        assert found.fetchall() == [(1,)]
    assert list(path.parent.iterdir()) == [path]


def test_a_killed_load_leaves_no_trace(loader: Loader) -> None:
    """Killed at any moment: all of the load or nothing, and the next one heals."""
    rng = random.Random(9)  # noqa: S311
    rows = [f"e{n},c{n % 99},payment,2024-01-01,{n}" for n in range(KILL_ROWS)]
    loader.load(revenue("first,c,payment,2024-01-01,5"))
    source = loader.source(revenue(*rows, "bad", header=REVENUE_HEADER))
    began = time.monotonic()
    reference = start(source)
    assert reference.wait() == 0
    duration = time.monotonic() - began
    for kill in range(KILLS):
        if loader.column("select count(*) from raw.loads") != [1]:
            loader.database.unlink()
            loader.load(revenue("first,c,payment,2024-01-01,5"))
        process = start(source)
        time.sleep(duration * (0.3 + 0.7 * (kill + rng.random()) / KILLS))
        process.send_signal(signal.SIGKILL)
        process.wait()
        loads, all_rows, bad, files = loader.query(
            "select (select count(*) from raw.loads), "
            "(select count(*) from raw.revenue_events), "
            "(select count(*) from raw.quarantine), "
            "(select count(*) from raw.load_files)"
        )[0]
        assert (loads, all_rows, bad, files) in {
            (1, 1, 0, 1),
            (2, KILL_ROWS + 1, 1, 2),
        }
    outcome = loader.run(source)
    assert outcome.summary["tables"]["revenue_events"]["read"] == KILL_ROWS + 1
    assert loader.column("select count(*) from raw.revenue_events") == [KILL_ROWS + 1]
    assert list(loader.folder.glob("warehouse.duckdb*")) == [loader.database]


def test_the_work_folder_of_a_killed_load_is_removed(loader: Loader) -> None:
    """It holds personal data, so the next load takes it away."""
    left = loader.folder / "warehouse.duckdb.loading"
    left.mkdir()
    (left / "0.records").write_text("secret")
    loader.load(with_event({}))
    assert not left.exists()


def test_a_failed_write_leaves_nothing(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while publishing rolls everything back."""
    loader.load(revenue("e1,c,payment,2024-01-01,5"))
    monkeypatch.setattr("loading.outgoing._load_file_values", lambda *_: ["too few"])
    outcome = loader.run(loader.source(revenue("e2,c,payment,2024-01-01,5")))
    assert outcome.status == 1
    assert outcome.error.startswith("load_raw.py: nothing was loaded: ")
    assert loader.column("select event_id from raw.revenue_events") == ["e1"]
    assert loader.column("select count(*) from raw.loads") == [1]


@pytest.mark.parametrize("allowed_bytes", [1_000, 40_000, 900_000])
def test_a_full_disk_changes_nothing(loader: Loader, allowed_bytes: int) -> None:
    """No file may grow beyond a limit: one sentence, a new warehouse goes again."""
    rows = [f"e{n},c,payment,2024-01-01,{n}" for n in range(20_000)]
    source = loader.source(revenue(*rows))
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2); "
        "import load_raw; sys.exit(load_raw.main(sys.argv[3:]))"
    )
    command = [sys.executable, "-c", code, str(ROOT / "scripts"), str(allowed_bytes)]
    for has_warehouse in (False, True):
        if has_warehouse:
            loader.load(revenue("e1,c,payment,2024-01-01,5"))
        ended = subprocess.run(
            [*command, str(source)], check=False, capture_output=True, text=True
        )
        assert ended.returncode == 1
        assert ended.stderr.count("\n") == 1
        assert ended.stderr.startswith("load_raw.py: ")
        assert ended.stderr.endswith("File too large\n")
        assert loader.database.exists() == has_warehouse
    assert loader.column("select count(*) from raw.revenue_events") == [1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Return a function that mounts a disk of so many mebibytes, where that is allowed.

    The test of file sizes above needs no permission and meets the same places.
    """
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size: int) -> Path:
        subprocess.run(["/bin/umount", str(place)], check=False, capture_output=True)
        options = ["-t", "tmpfs", "-o", f"size={size}m", "tmpfs"]
        mounted = subprocess.run(
            ["/bin/mount", *options, str(place)], check=False, capture_output=True
        )
        if mounted.returncode != 0:
            pytest.skip("no permission to mount a small disk")
        return place

    yield mount
    subprocess.run(["/bin/umount", str(place)], check=False, capture_output=True)


def test_a_disk_that_fills_up_changes_nothing(
    loader: Loader,
    small_disk: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While records are cut, typed or published; the sentence names the cause."""
    rows = [f"e{n},c,payment,2024-01-01,{n}" for n in range(200_000)]
    source = loader.source(revenue(*rows))
    small = loader.source(revenue("first,c,payment,2024-01-01,5"))
    sentences = set()
    for size in (4, 8, 9, 10, 11, 12, 13, 14, 16):
        loader.database = small_disk(size) / "warehouse.duckdb"
        monkeypatch.setenv("DBT_DUCKDB_PATH", str(loader.database))
        assert loader.run(small).status == 0
        outcome = loader.run(source)
        count = 1 if outcome.status else 200_001
        assert loader.column("select count(*) from raw.revenue_events") == [count]
        assert not loader.database.with_name("warehouse.duckdb.loading").exists()
        if outcome.status:
            assert "No space left on device" in outcome.error
            sentences.add(outcome.error.partition(":")[2].partition("'")[0])
    assert len(sentences) > 1, sentences


@pytest.mark.parametrize("limit", ["1MB", "10MB", "30MB"])
def test_too_little_memory_changes_nothing(loader: Loader, limit: str) -> None:
    """The sentence names the cause and the option; enough of it loads everything."""
    rows = [f"e{n},c,payment,2024-01-01,{n}" for n in range(200_000)]
    source = loader.source(revenue(*rows))
    loader.load(revenue("first,c,payment,2024-01-01,5"))
    outcome = loader.run(source, "--memory-limit", limit)
    assert outcome.status == 1
    assert "nothing was loaded: Out of Memory Error: " in outcome.error
    assert outcome.error.endswith("; --memory-limit allows more\n")
    assert loader.column("select count(*) from raw.revenue_events") == [1]
    assert loader.run(source, "--memory-limit", "100MB").status == 0
    assert loader.column("select count(*) from raw.revenue_events") == [200_001]


def test_passes_decide_like_one_pass(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A big table is decided in parts; the outcome is the same."""
    monkeypatch.setattr("loading.load.ROWS_PER_PASS", 7)
    monkeypatch.setattr("loading.load.KEYS_PER_PASS", 3)
    rows = [f"e{n % 40},c,payment,2024-01-01,{n % 80}" for n in range(100)]
    outcome = loader.load(revenue(*rows))
    assert outcome.counts("revenue_events") == (100, 40, 20, 40)


def _sources() -> list[Path]:
    return sorted(SHARED_DATA.glob("*/source")) + sorted(
        SHARED_DATA.glob("worked_examples/*/source")
    )


@pytest.mark.parametrize(
    "source",
    _sources() or [None],
    ids=lambda path: path.parent.name if path else "absent",
)
def test_acceptance_data(loader: Loader, source: Path | None) -> None:
    """A first load of each data set counts what its accounting file says."""
    if source is None:
        pytest.skip("the shared data sets are not beside the project (../shared/data)")
    outcome = loader.run(source, all_bad=False)
    assert outcome.status == 0, outcome.error
    accounting = source.parent / "expected/row_accounting.csv"
    with accounting.open(encoding="utf-8", newline="") as stream:
        expected = {row.pop("table"): row for row in csv.DictReader(stream)}
    found = {
        table: {name: str(counts[name]) for name in expected.get(table, {})}
        for table, counts in outcome.summary["tables"].items()
    }
    assert found == expected


def test_speed(loader: Loader) -> None:
    """Far below the goal of 100,000 rows a second something is badly wrong."""
    rows = [f"e{n},c{n % 99},payment,2024-01-01T00:00:00Z,5" for n in range(100_000)]
    source = loader.source(revenue(*rows))
    began = time.process_time()
    assert loader.run(source).status == 0
    assert time.process_time() - began < 5


def test_nothing_is_shown_unless_watched(loader: Loader) -> None:
    """No bar and no escape codes on a stderr that is no terminal."""
    process = start(loader.source(with_event({})), "--json")
    out, error = process.communicate()
    assert process.returncode == 0
    assert error == ""
    assert json.loads(out)["tables"]
