"""The models against the second opinion: random histories, random policies, a sample.

RANDOM_HISTORIES in the environment says how many histories (default 200) are drawn;
see docs/testing.md.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import generate_sample
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from project_build import PROJECT, Project, Variables, Warehouse
from second_opinion.comparison import Comparison
from second_opinion.histories import batch, histories, policies
from second_opinion.mart_keys import KEYS
from second_opinion.policies import Policies
from second_opinion.raw_rows import RawData
from second_opinion.reading import read_churn_kinds
from second_opinion.variables import project_variables
from validate_marts import validate

COUNT = int(os.environ.get("RANDOM_HISTORIES", "200"))
BATCH_SIZE = 25
BATCHES = -(-COUNT // BATCH_SIZE)
SAMPLE = ("--customers", "800", "--months", "30", "--seed", "3")
OTHER_POLICIES: Variables = {
    "reporting_timezone": "America/New_York",
    "churn_recognition": "cancel_request",
    "pause_policy": "churn",
    "past_due_policy": 14,
    "free_plan_policy": "customer",
    "subscription_merge_gap_days": 7,
    "discount_policy": "none",
    "fx_policy": "fixed_rate",
    "reactivation_in_net": True,
    "purchase_inactivity_days": 45,
    "activity_inactivity_days": 14,
    "counted_activity_events": ["login"],
    "n_day_retention_days": [1, 10],
    "segment_names": ["plan_id", "country"],
    "trial_conversion_days": 14,
    "gross_margin": 0.7,
    "lifetime_horizon_months": 6,
    "annual_discount_rate": 0.2,
    "personal_attributes": ["Company_Size"],
    "customer_period_grains": ["week", "quarter"],
    "small_sample_size": 5,
}
RecordCells = Callable[[str, int, int], None]
Drawn = TypeVar("Drawn")


def drawn(strategy: st.SearchStrategy[Drawn], count: int) -> list[Drawn]:
    """Return so many examples, the same ones every time."""
    examples: list[Drawn] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Drawn) -> None:
        examples.append(example)

    collect()
    assert len(examples) >= count
    return examples[:count]


@cache
def batches() -> list[tuple[Policies, list[RawData]]]:
    """Return the policies and the histories of every build."""
    chosen = drawn(policies(read_churn_kinds(PROJECT)), BATCHES)
    many = drawn(histories(), COUNT)
    return [
        (policy, many[number * BATCH_SIZE : (number + 1) * BATCH_SIZE])
        for number, policy in enumerate(chosen)
    ]


def compared(warehouse: Warehouse, variables: Variables) -> list[Comparison]:
    """Recompute the marts of a build in the other way, and compare every cell."""
    every = project_variables(PROJECT) | dict(variables)
    with warehouse.connect() as connection:
        _, comparisons = validate(connection, every, list(KEYS), None)
    assert not [one.mart for one in comparisons if one.note]
    return comparisons


def assert_no_difference(
    comparisons: list[Comparison], about: str, record_cells: RecordCells
) -> None:
    """Fail with the first differing cells."""
    cells = sum(one.cells for one in comparisons)
    differing = sum(one.differing for one in comparisons)
    record_cells(about.splitlines()[0], cells, differing)
    first = [str(cell) for one in comparisons for cell in one.differences[:5]]
    assert cells > 0
    assert not differing, "\n".join([about, *first[:25]])


def test_every_mart_is_compared(project: Project) -> None:
    """Marts of `audit/` tell about loads and rows, not about customers."""
    names = {
        node.name
        for node in project.manifest.nodes.values()
        if node.unique_id.startswith("model.")
        and node.path.startswith("marts/")
        and not node.path.startswith("marts/audit/")
    }
    assert names == set(KEYS)


@pytest.mark.parametrize("number", range(BATCHES))
def test_random_histories(
    number: int, warehouse: Warehouse, record_cells: RecordCells
) -> None:
    """Adversarial histories under drawn policies: every cell of every mart agrees.

    The first batch runs every data test as well.
    """
    policy, many = batches()[number]
    warehouse.write(batch(many))
    warehouse.build(policy.as_vars(), tests=number == 0)
    about = f"{len(many)} random histories, batch {number}"
    detail = f"{warehouse.path} built with {json.dumps(policy.as_vars())}"
    comparisons = compared(warehouse, policy.as_vars())
    assert_no_difference(comparisons, f"{about}\n{detail}", record_cells)


@pytest.fixture(scope="module")
def sample(
    new_warehouse: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return a warehouse with a loaded sample, not built yet."""
    folder = tmp_path_factory.mktemp("sample") / "source"
    assert generate_sample.main([str(folder), *SAMPLE]) == 0
    warehouse = new_warehouse()
    warehouse.load(folder)
    return warehouse


def test_sample_with_the_command(
    sample: Warehouse, tmp_path: Path, record_cells: RecordCells
) -> None:
    """`dbt build` as a user calls it: every model, data test and unit test passes."""
    command = [
        *(str(Path(sys.executable).with_name("dbt")), "build", "--quiet"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)),
    ]
    ended = subprocess.run(
        command,
        env=os.environ | {"DBT_DUCKDB_PATH": str(sample.path), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert_no_difference(compared(sample, {}), "sample, defaults", record_cells)


def test_sample_with_other_policies(
    sample: Warehouse, record_cells: RecordCells
) -> None:
    """The same raw rows in New York, no policy at its default; every data test."""
    sample.build(OTHER_POLICIES, tests=True)
    about = "sample, other policies"
    assert_no_difference(compared(sample, OTHER_POLICIES), about, record_cells)
