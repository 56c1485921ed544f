"""The command that generates the sample: determinism, blocks, and wrong use."""

import hashlib
from pathlib import Path

import pytest
from generate_sample import main
from sample import output
from test_sample import generate, relation, rows


def fingerprints(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, by relative name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Nothing depends on the clock or on the order of a hash."""
    options = ("--customers", "600", "--months", "14", "--seed", "5")
    first = fingerprints(generate(tmp_path / "first", *options))
    assert fingerprints(generate(tmp_path / "second", *options)) == first
    compressed = (tmp_path / "first" / "customer_attributes.csv.gz").read_bytes()
    assert compressed[3:8] == bytes(5), "a file name or a time in the gzip header"


def test_another_seed_gives_other_rows(tmp_path: Path) -> None:
    """The seed reaches every table."""
    options = ("--customers", "60", "--months", "4", "--seed")
    first = fingerprints(generate(tmp_path / "first", *options, "1"))
    second = fingerprints(generate(tmp_path / "second", *options, "2"))
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


def test_bytes_do_not_depend_on_the_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One core writes what two cores write."""
    options = ("--customers", "600", "--months", "14")
    first = fingerprints(generate(tmp_path / "first", *options))
    monkeypatch.setattr(output, "THREADS", 1)
    assert fingerprints(generate(tmp_path / "second", *options)) == first


def test_blocks_are_parts_of_one_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several blocks give unique ids and Parquet files by month."""
    monkeypatch.setattr("sample.settings.BLOCK_CUSTOMERS", 200)
    options = ("--customers", "500", "--months", "6")
    folder = generate(tmp_path / "source", *options)
    customers = rows(f"""
        select count(*), count(distinct customer_id), max(customer_id)
        from {relation(folder, "customers")} where customer_id is not null
    """)[0]
    assert 495 <= customers[1] <= 500
    assert customers[2] == "c0000500"
    ids = rows(f"""
        select count(*), count(distinct event_id)
        from {relation(folder, "activity_events")}
    """)[0]
    assert ids[0] - ids[1] <= 0.005 * ids[0]
    months = rows(f"""
        select count(*) from read_parquet(
            '{folder}/revenue_events/*.parquet', filename = true)
        where strftime(occurred_at, '%Y-%m') != left(parse_filename(filename), 7)
    """)
    assert months == [(0,)]


def test_one_customer_in_one_month_is_a_sample(tmp_path: Path) -> None:
    """The smallest request leaves no file of 0 bytes."""
    folder = generate(tmp_path / "source", "--customers", "1", "--months", "1")
    assert all(path.stat().st_size > 0 for path in folder.iterdir())
    names = {path.name for path in folder.iterdir()}
    assert {"subscription_events.csv", "revenue_events.csv", "truth.json"} <= names


@pytest.mark.parametrize(
    "options",
    [
        ("--customers", "-1"),
        ("--customers", "many"),
        ("--months", "0"),
        ("--seed", "-3"),
        ("--end", "yesterday"),
        ("--activity-per-month", "nan"),
        ("--colour", "blue"),
    ],
)
def test_a_bad_argument_is_one_sentence(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong use is exit status 2, one line, and no folder."""
    assert main([str(tmp_path / "source"), *options]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert message.endswith(".\n")
    assert not (tmp_path / "source").exists()


def test_a_folder_with_files_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there stays as it was."""
    (tmp_path / "customers.csv").write_text("customer_id\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "customers.csv").read_text(encoding="utf-8") == "customer_id\n"
