"""The second opinion against the worked examples and published data sets.

They lie outside the repository, in ../shared/data beside the project root.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_type_hints

import duckdb
import pytest
from second_opinion import raw_rows
from second_opinion.comparison import is_same, key_of
from second_opinion.mart_keys import KEYS
from second_opinion.policies import Policies
from second_opinion.raw_rows import RawData
from second_opinion.recompute import recompute

DATA = Path(__file__).parents[2].parent / "shared" / "data"
TABLES: dict[str, type[raw_rows.LoadedRow]] = {
    "customers": raw_rows.Customer,
    "customer_attributes": raw_rows.CustomerAttribute,
    "subscription_events": raw_rows.SubscriptionEvent,
    "revenue_events": raw_rows.RevenueEvent,
    "activity_events": raw_rows.ActivityEvent,
    "exchange_rates": raw_rows.ExchangeRate,
}
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("mrr_playbook", "expected", "2020-03-01", {}),
    ("socialnet7", "expected", "2020-07-01", {}),
    ("sbg_high_end", "expected", "2012-02-01", {}),
    ("cdnow_sample", "expected", "1998-07-01", {}),
    ("online_retail_half", "expected", "2011-12-10", {}),
]
EXAMPLES: list[tuple[str, str, dict[str, dict[str, Any]]]] = [
    ("annual_plan_by_twelve", "2024-03-01", {}),
    ("churn_300_60", "2024-04-01", {}),
    ("crr_1000_900_200", "2024-04-01", {}),
    ("crr_100_110_20", "2024-04-01", {}),
    ("ending_one_of_two", "2024-04-01", {}),
    (
        "evening_to_morning",
        "2024-02-01",
        {"expected_los_angeles": {"reporting_timezone": "America/Los_Angeles"}},
    ),
    (
        "gold_silver_lifecycle",
        "2024-04-01",
        {"expected_cancel_request": {"churn_recognition": "cancel_request"}},
    ),
    ("gross_20_net_10", "2024-04-01", {}),
    ("hundred_customer_month", "2024-04-01", {}),
    ("joiners_who_leave", "2024-04-01", {}),
    ("negative_net_churn", "2024-04-01", {}),
    ("open_period", "2024-03-16", {}),
    ("past_due_14_days", "2024-05-01", {"expected_14_days": {"past_due_days": 14}}),
    (
        "pause_policies",
        "2024-06-01",
        {
            "expected_churn": {"pause_policy": "churn"},
            "expected_keep_mrr": {"pause_policy": "keep_mrr"},
        },
    ),
    (
        "profitwell_sarah",
        "2021-07-01",
        {"expected_cancel_request": {"churn_recognition": "cancel_request"}},
    ),
    ("quick_ratio_3_5", "2024-04-01", {}),
    ("reactivation_over_100_percent", "2024-04-01", {}),
    ("treehouse_one_big", "2024-04-01", {}),
    ("treehouse_two_small", "2024-04-01", {}),
]
for _name, _day, _variants in EXAMPLES:
    for _folder, _policies in {"expected": {}, **_variants}.items():
        CASES.append((f"worked_examples/{_name}", _folder, _day, _policies))

# The published money of gold_silver_lifecycle agrees to a cent (2000 / 12).
MONEY = {"worked_examples/gold_silver_lifecycle": 0.01}


def instant(value: object) -> object:
    """Return naive UTC of an instant with or without a zone."""
    moment = (
        value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    )
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def converter(kind: object) -> Callable[[object], object]:
    """Return what turns a cell of a source file into the type of its raw column."""
    wanted = str(kind)
    convert: Callable[[object], object] = str
    if "datetime" in wanted:
        convert = instant
    elif "date" in wanted:
        convert = lambda value: date.fromisoformat(str(value))  # noqa: E731
    elif "Decimal" in wanted:
        convert = lambda value: Decimal(str(value))  # noqa: E731
    elif "int" in wanted:
        convert = lambda value: int(str(value))  # noqa: E731
    return lambda value: None if value in (None, "") else convert(value)


def read_source(folder: Path) -> RawData:
    """Return the raw rows of a source folder (CSV or Parquet)."""
    raw = RawData()
    for table, row_type in TABLES.items():
        for path in folder.glob(f"{table}.*"):
            reader = (
                "read_parquet(?)"
                if path.suffix == ".parquet"
                else "read_csv(?, all_varchar = true, header = true)"
            )
            with duckdb.connect() as connection:
                connection.execute("set TimeZone = 'UTC'")
                result = connection.execute(f"select * from {reader}", [str(path)])
                names = [column[0] for column in result.description or []]
                values = result.fetchall()
            hints = get_type_hints(row_type)
            known = {field.name for field in fields(row_type)}
            assert set(names) <= known
            convert = [converter(hints[name]) for name in names]
            rows = getattr(raw, table)
            for line in values:
                cells: dict[str, Any] = {
                    name: one(cell)
                    for name, one, cell in zip(names, convert, line, strict=True)
                }
                rows.append(row_type(**cells))
    return raw


def plain(value: str, like: object) -> object:
    """Return a cell of an expected file in the type of the recomputed value."""
    if value == "":
        return None
    if isinstance(like, bool):
        return value == "true"
    if isinstance(like, datetime):
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    if isinstance(like, date):
        return date.fromisoformat(value)
    if isinstance(like, (int, Decimal)):
        return Decimal(value)
    return float(value) if isinstance(like, float) else value


def differences(path: Path, rows: list[dict[str, object]], money: float) -> list[str]:
    """Return what differs between an expected file and the rows of its mart."""
    mart = path.name.split(".")[0]
    with path.open(encoding="utf-8-sig", newline="") as handle:
        expected = list(csv.DictReader(handle))
    by_key = {}
    for row in rows:
        values = key_of(mart, row)
        by_key[tuple(value.replace(" ", "T") for value in values)] = row
    found, wrong = set(), []
    for want in expected:
        key = tuple(want[name].removesuffix("Z") for name in KEYS[mart])
        found.add(key)
        if key not in by_key:
            wrong.append(f"{mart} {key}: missing")
            continue
        row = by_key[key]
        for column, text in want.items():
            if column in KEYS[mart] or column == "explanation":
                continue
            if not is_same(column, plain(text, row[column]), row[column], money):
                wrong.append(f"{mart} {key} {column}: {text} != {row[column]}")
    if not path.name.endswith(".partial.csv"):
        wrong += [f"{mart} {key}: too many" for key in by_key.keys() - found]
    return wrong


def marts_of(folder: Path) -> list[Path]:
    """Return the expected files of marts that the second opinion recomputes."""
    return [path for path in folder.glob("*.csv") if path.name.split(".")[0] in KEYS]


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no worked examples at {DATA}")
@pytest.mark.parametrize(
    ("name", "folder", "as_of", "policies"),
    CASES,
    ids=[f"{name.split('/')[-1]}-{folder}" for name, folder, _, _ in CASES],
)
def test_worked_example(
    name: str, folder: str, as_of: str, policies: dict[str, Any]
) -> None:
    """Every cell of every expected file is found."""
    raw = read_source(DATA / name / "source")
    marts = recompute(raw, Policies(as_of_date=date.fromisoformat(as_of), **policies))
    paths = marts_of(DATA / name / folder)
    assert paths, f"no expected mart in {DATA / name / folder}"
    wrong = []
    for path in paths:
        rows = marts[path.name.split(".")[0]]
        wrong += differences(path, rows, MONEY.get(name, 0.005))
    assert not wrong, "\n".join(wrong[:20])
