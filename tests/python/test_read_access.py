"""The hardened connection reads the published marts and can do nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from open_readonly import main, open_readonly
from project_build import PROJECT

OUTSIDE = "kept-outside"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a file with a mart, and others beside it that are none of its business."""
    path = tmp_path / "marts_only.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_orders as select 1 as order_number")
    (tmp_path / "secret.csv").write_text(f"word\n{OUTSIDE}\n", encoding="utf-8")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("create table t as select 1 as a")
    return path


@pytest.fixture
def reader(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the hardened connection."""
    with open_readonly(published) as connection:
        yield connection


ATTACKS = [
    "insert into marts.fct_orders values (2)",
    "update marts.fct_orders set order_number = 2",
    "delete from marts.fct_orders",
    "drop table marts.fct_orders",
    "create table marts.mine as select 1 as a",
    "alter table marts.fct_orders add column a integer",
    "create schema mine",
    "from read_text('{folder}/secret.csv')",
    "from read_csv('{folder}/secret.csv')",
    "from read_blob('/etc/passwd')",
    "from '{folder}/secret.csv'",
    "from glob('{folder}/*')",
    "copy marts.fct_orders to '{folder}/out.csv'",
    "create temp table mine(word varchar); copy mine from '{folder}/secret.csv'",
    "export database '{folder}/out'",
    "attach '{folder}/other.duckdb' as other",
    "attach '{folder}/new.duckdb' as other",
    "attach ':memory:' as other",
    "install httpfs",
    "load httpfs",
    "from read_csv('https://localhost/a.csv')",
    "create persistent secret s (type s3)",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set memory_limit = '100GB'",
    "set threads = 64",
    "set temp_directory = '{folder}/spill'",
    "set allowed_directories = ['{folder}']",
    "set python_enable_replacements = true",
    "pragma enable_profiling; set profiling_output = '{folder}/out.json'",
    "set log_query_path = '{folder}/out.log'",
    "set extension_directory = '{folder}'",
    "from private_variable",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_denied(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, attack: str
) -> None:
    """Nothing outside is read or written, nothing inside is changed."""
    private_variable = duckdb.connect().sql(f"select '{OUTSIDE}' as word")
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(duckdb.Error) as denied:
        reader.execute(attack.format(folder=tmp_path)).fetchall()
    assert OUTSIDE not in str(denied.value)
    assert private_variable.fetchall() == [(OUTSIDE,)]
    assert {path.name for path in tmp_path.iterdir()} == before
    assert reader.execute("from marts.fct_orders").fetchall() == [(1,)]


def test_the_attacks_would_work_on_a_plain_connection(
    published: Path, tmp_path: Path
) -> None:
    """Read-only alone is no protection, or the test above would prove nothing."""
    with duckdb.connect(str(published), read_only=True) as plain:
        words = plain.execute(f"from read_csv('{tmp_path}/secret.csv')").fetchall()
        assert words == [(OUTSIDE,)]
        plain.execute(f"copy marts.fct_orders to '{tmp_path}/out.csv'")
        plain.execute("set memory_limit = '2GB'")
    assert (tmp_path / "out.csv").exists()


def test_reading_works(reader: duckdb.DuckDBPyConnection) -> None:
    """Marts are read; temporary tables are the reader's own."""
    reader.execute("create temp table mine as select * from marts.fct_orders")
    assert reader.execute("select sum(order_number) from mine").fetchall() == [(1,)]


def test_the_command_shows_marts(
    published: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a query it lists the marts."""
    assert main(["--file", str(published)]) == 0
    assert "fct_orders" in capfd.readouterr().out
    assert main(["from marts.fct_orders", "--file", str(published)]) == 0
    assert "order_number" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--file", "nowhere.duckdb"], 2, "nowhere.duckdb: no such file"),
        (["a", "b"], 2, "unrecognized arguments: b"),
        (["from nowhere"], 1, "Table with name nowhere does not exist"),
        (["drop table marts.fct_orders"], 1, "read-only"),
    ],
)
def test_one_sentence_says_what_is_wrong(
    published: Path, arguments: list[str], status: int, sentence: str
) -> None:
    """On stderr, without a traceback."""
    given = (
        arguments if "--file" in arguments else [*arguments, "--file", str(published)]
    )
    done = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / "open_readonly.py"), *given],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert done.stderr.startswith("open_readonly.py: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
