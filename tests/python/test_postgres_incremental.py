"""On Postgres a build continues where the last one ended, and equals a full one."""

import csv
import re
from contextlib import closing
from pathlib import Path

import pytest
from engines.duckdb_engine import DuckDbEngine
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.side_by_side import compare_marts
from project_build import MODELS_ONLY, PROJECT, Variables

HARD_CASES = PROJECT / "tests" / "fixtures" / "hard_cases"
EVENTS = ("subscription_events", "revenue_events", "activity_events")
VARIABLES: Variables = {"as_of_date": "2024-07-01"}
# Every row of a customer that no load touches stays the very row it was.
TABLE = "intermediate.int_customer_spans"
# Tables of models that nobody has looked at since they were made.
UNKNOWN = """
    select relname from pg_class
    where relkind = 'r' and reltuples < 0 and relname not like 'buil%'
        and relnamespace in ('intermediate'::regnamespace, 'marts'::regnamespace)
"""
ROWS = f"select customer_id, min(ctid::text), min(xmin::text) from {TABLE} group by 1"


def _is_late(row: dict[str, str]) -> bool:
    return row["event_id" if "event_id" in row else "occurred_at"].endswith(("1", "2"))


def split(first: Path, second: Path) -> None:
    """Write the hard cases as two source folders: some events come with the second."""
    first.mkdir()
    second.mkdir()
    for path in HARD_CASES.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            names, rows = list(reader.fieldnames or ()), list(reader)
        is_event = path.stem in EVENTS
        late = [row for row in rows if is_event and _is_late(row)]
        early = [row for row in rows if row not in late]
        for folder, part in ((first, early), (second, late)):
            with (folder / path.name).open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(part)


def rows_by_customer(engine: PostgresEngine) -> dict[str, tuple[str, str]]:
    """Return where the rows of each customer lie and who wrote them."""
    with closing(engine.server.connect(engine.database)) as connection:
        cursor = connection.cursor()
        cursor.execute(ROWS)
        return {customer: (place, writer) for customer, place, writer in cursor}


def unknown_tables(engine: PostgresEngine) -> list[str]:
    """Return the tables of which the planner knows nothing."""
    with closing(engine.server.connect(engine.database)) as connection:
        cursor = connection.cursor()
        cursor.execute(UNKNOWN)
        return [name for (name,) in cursor]


def test_joins_are_planned_for_large_tables(
    sources: tuple[Path, Path], tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Every model that is built, and every data test, is told so in its session."""
    engine = PostgresEngine(tmp_path / "planned", postgres_server)
    engine.load(sources[0])
    selected = ("--select", "stg_customers", "--exclude", "test_type:unit")
    engine.build({}, *selected)
    log = (tmp_path / "planned" / "logs" / "dbt.log").read_text(encoding="utf-8")
    for node in ("model.customer_retention.stg_customers", "stg_customers_primary_key"):
        pattern = rf'"node_id": "[^"]*{node}[^"]*"}} \*/\s+set enable_nestloop = off'
        assert re.search(pattern, log), node


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the two folders."""
    folder = tmp_path_factory.mktemp("sources")
    split(folder / "first", folder / "second")
    return folder / "first", folder / "second"


def test_a_continued_build_equals_one_of_everything(
    sources: tuple[Path, Path], tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Every cell of every mart, while customers without news were left alone."""
    continued = PostgresEngine(tmp_path / "continued", postgres_server)
    at_once = DuckDbEngine(tmp_path / "at_once")
    for engine in (continued, at_once):
        engine.load(sources[0])
    continued.build(VARIABLES, *MODELS_ONLY)
    assert not unknown_tables(continued)
    before = rows_by_customer(continued)
    for engine in (continued, at_once):
        engine.load(sources[1])
        engine.build(VARIABLES, *MODELS_ONLY)
    after = rows_by_customer(continued)
    kept = {customer for customer in before if before[customer] == after.get(customer)}
    assert 0 < len(kept) < len(after)
    marts = compare_marts(at_once, continued, VARIABLES)
    assert sum(mart.cells for mart in marts) > 0
    assert not [example for mart in marts for example in mart.examples]
