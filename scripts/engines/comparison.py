"""Two engines' copies of a mart, compared cell by cell."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml  # type: ignore[import-untyped]

from engines.errors import EngineError

MART_FOLDER = Path(__file__).resolve().parents[2] / "models" / "marts"
# What two engines may differ by in a rate; all other cells are equal.
TOLERANCE = 1e-9
SHOWN = 5
# When a load ran; the only thing in which two engines must differ.
CLOCK = ("started_at", "finished_at", "loaded_at")
# Each engine loads by itself, so these name loads of its own; what they count is
# compared in metrics_data_quality_by_table.
NAMING_LOADS = {"fct_loads", "fct_data_quality_issues"}


@dataclass(frozen=True)
class MartKey:
    """A mart and the columns that identify a row."""

    mart: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class MartComparison:
    """What was found in one mart; `examples` are some differing cells in words."""

    mart: str
    rows: int
    cells: int
    differing: int
    examples: tuple[str, ...]


def mart_keys(folder: Path = MART_FOLDER) -> list[MartKey]:
    """Return marts with their primary keys, as the YAML twins state them."""
    return [
        _mart_key(path)
        for path in sorted(folder.rglob("*.sql"))
        if path.stem not in NAMING_LOADS
    ]


def _mart_key(path: Path) -> MartKey:
    twin = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    (model,) = twin["models"]
    keys = [
        test["primary_key"]["arguments"]["columns"]
        for test in model["data_tests"]
        if isinstance(test, dict) and "primary_key" in test
    ]
    return MartKey(path.stem, tuple(keys[0]))


def compare_mart(
    connection: duckdb.DuckDBPyConnection, key: MartKey, left: str, right: str
) -> MartComparison:
    """Compare all columns of all rows.

    Args:
        connection: Sees both relations.
        key: The mart and its key.
        left: Relation of the first engine, the expected one.
        right: Relation of the other.

    Raises:
        EngineError: The two have different columns, or the types of a column differ.

    """
    left, right = comparable(connection, left), comparable(connection, right)
    columns = _columns(connection, left)
    others = _columns(connection, right)
    if columns != others:
        different = sorted(set(columns.items()) ^ set(others.items()))
        raise EngineError(f"{key.mart}: the columns differ: {different}")
    pairs = _pairs(key, columns, left, right)
    differing = {
        name: f"not coalesce({_equal(name, kind)}, false)"
        for name, kind in columns.items()
    }
    # A row that one side lacks differs in every cell, null ones too.
    counts = ", ".join(
        f"count(*) filter (where is_missing or {test})" for test in differing.values()
    )
    (row,) = connection.execute(f"select count(*), {counts} from ({pairs})").fetchall()
    examples: list[str] = []
    for (name, test), count in zip(differing.items(), row[1:], strict=True):
        if count and len(examples) < SHOWN:
            ((row_key, left_value, right_value),) = connection.execute(
                f"select {_row_key(key)}, cast(left_{name} as varchar), "
                f"cast(right_{name} as varchar) from ({pairs}) "
                f"where is_missing or {test} order by all limit 1"
            ).fetchall()
            examples.append(f"{row_key}: {name} is {left_value} and {right_value}")
    return MartComparison(
        key.mart, row[0], row[0] * len(columns), sum(row[1:]), tuple(examples)
    )


def comparable(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """Return a relation without what differs from load to load.

    The times at which a load ran are left out; load ids become numbers of loads.
    """
    columns = [name for name in _columns(connection, relation) if name not in CLOCK]
    chosen = ", ".join(
        "dense_rank() over (order by load_id) as load_id" if name == "load_id" else name
        for name in columns
    )
    return f"(select {chosen} from {relation})"


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = connection.execute(f"describe from {relation}").fetchall()
    return {name: kind for name, kind, *_ in described}


def _pairs(key: MartKey, columns: dict[str, str], left: str, right: str) -> str:
    """Return SQL that puts the rows of both sides side by side."""
    sides = ", ".join(
        f"one.{name} as left_{name}, other.{name} as right_{name}" for name in columns
    )
    same = " and ".join(
        f"one.{name} is not distinct from other.{name}" for name in key.columns
    )
    return (
        f"select {sides}, one.is_here is null or other.is_here is null as is_missing "
        f"from (select *, true as is_here from {left}) as one "
        f"full join (select *, true as is_here from {right}) as other on {same}"
    )


def _equal(name: str, kind: str) -> str:
    left, right = f"left_{name}", f"right_{name}"
    same = f"{left} is not distinct from {right}"
    if kind != "DOUBLE":
        return same
    # A rate of infinity equals itself only.
    near = f"abs({left} - {right}) <= {TOLERANCE} * greatest(1, abs({left}))"
    return f"({same} or isfinite({left}) and {near})"


def _row_key(key: MartKey) -> str:
    parts = [
        f"'{name} ' || coalesce(cast(coalesce(left_{name}, right_{name}) as varchar), "
        "'null')"
        for name in key.columns
    ]
    return " || ', ' || ".join(parts)
