"""Every folder of ../shared/data: loaded, built, and compared with its expected marts.

The values of those folders are by hand or published; nothing here computes them.
"""

import csv
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from project_build import SHARED, Project, Warehouse

DATA = SHARED / "data"
COMPARE = SHARED / "tools" / "compare_expected.py"
# Expected somewhere, built by a later step; a test fails once one of them exists.
MARTS_TO_COME: tuple[str, ...] = ()
# Built where nothing that exists is expected.
DEFAULT_MARTS = ["metrics_customer_churn_by_period"]
# Folders built with every mart, and those with every data test, too; of the others only
# the marts are built that the folder has values for.
WITH_TESTS = ("mrr_playbook", "socialnet7", "hundred_customer_month")
BUILT_WHOLE = (*WITH_TESTS, "cdnow_sample", "online_retail_half", "sbg_high_end")
AS_OF_DATES = {
    "mrr_playbook": "2020-03-01",
    "cdnow_sample": "1998-07-01",
    "socialnet7": "2020-07-01",
    "online_retail_half": "2011-12-10",
    "sbg_high_end": "2012-02-01",
}
# Vars of another build of the same source, by folder of expected marts.
VARIANTS: dict[str, dict[str, object]] = {
    "expected": {},
    "expected_los_angeles": {"reporting_timezone": "America/Los_Angeles"},
    "expected_cancel_request": {"churn_recognition": "cancel_request"},
    "expected_14_days": {"past_due_policy": 14},
    "expected_churn": {"pause_policy": "churn"},
    "expected_keep_mrr": {"pause_policy": "keep_mrr"},
}
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the acceptance data are not there: no folder {DATA}"
)


def folders() -> list[Path]:
    """Return every folder with a source."""
    return sorted(path.parent for path in DATA.glob("**/source"))


def builds() -> list[tuple[Path, Path]]:
    """Return folder and folder of expected marts, one pair a build."""
    return [
        (folder, expected)
        for folder in folders()
        for expected in sorted(folder.glob("expected*"))
    ]


def label(pair: tuple[Path, Path]) -> str:
    """Return the name of a build."""
    folder, expected = pair
    return f"{folder.name}/{expected.name}"


def as_of_date(folder: Path) -> str:
    """Return the date that the folder's README says to build with."""
    if folder.name in AS_OF_DATES:
        return AS_OF_DATES[folder.name]
    text = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"as_of_date: (\d{4}-\d{2}-\d{2})", text)
    assert found, folder
    return found.group(1)


@pytest.fixture(scope="module")
def compare_expected() -> ModuleType:
    """Return the tool that acceptance compares with."""
    specification = importlib.util.spec_from_file_location("compare_expected", COMPARE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def loaded(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], Warehouse]]:
    """Return a function that loads a folder, once for all its builds."""
    warehouses: dict[Path, Warehouse] = {}

    def load(folder: Path) -> Warehouse:
        if folder not in warehouses:
            warehouse = Warehouse(project, tmp_path_factory.mktemp(folder.name))
            assert_accounting(folder, warehouse.load(folder / "source")["tables"])
            warehouses[folder] = warehouse
        return warehouses[folder]

    yield load
    for warehouse in warehouses.values():
        warehouse.path.unlink(missing_ok=True)


def assert_accounting(folder: Path, tables: dict[str, dict[str, object]]) -> None:
    """Check every count of the first load against row_accounting.csv."""
    path = folder / "expected" / "row_accounting.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        expected = {row.pop("table"): row for row in csv.DictReader(handle)}
    assert tables.keys() == expected.keys()
    for table, counts in expected.items():
        found = {name: str(tables[table][name]) for name in counts}
        assert found == counts, table


def test_every_folder_says_how_to_build_it() -> None:
    """A new folder or variant must be built, not passed over."""
    assert {expected.name for _, expected in builds()} == VARIANTS.keys()
    top = {path.name for path in DATA.iterdir() if (path / "source").is_dir()}
    assert top == AS_OF_DATES.keys()
    for folder in folders():
        assert as_of_date(folder)


@pytest.mark.parametrize("pair", builds(), ids=label)
def test_folder(
    pair: tuple[Path, Path],
    loaded: Callable[[Path], Warehouse],
    compare_expected: ModuleType,
    record_cells: Callable[[str, int, int], None],
) -> None:
    """Row accounting, build, and every expected cell of every mart."""
    folder, expected = pair
    warehouse = loaded(folder)
    variables = {"as_of_date": as_of_date(folder)} | VARIANTS[expected.name]
    marts = expected_marts(expected, compare_expected)
    if expected.name == "expected" and folder.name in BUILT_WHOLE:
        warehouse.build(variables, tests=folder.name in WITH_TESTS)
    else:
        warehouse.build(
            variables, "--select", *(f"+{mart}" for mart in marts or DEFAULT_MARTS)
        )
    cells = 0
    problems: list[str] = []
    with warehouse.connect() as connection:
        for path in sorted(expected.glob("*.csv")):
            mart = compare_expected.mart_of(path)
            if mart not in marts:
                continue
            checked, differing, lines = compare_expected.compare_mart(
                connection, mart, path, "marts", set()
            )
            cells += checked
            problems += lines or [f"{path.name}: {differing}"] * bool(differing)
    record_cells(label(pair), cells, len(problems))
    assert not problems, "\n".join(problems[:20])
    assert bool(cells) == bool(marts)


def expected_marts(expected: Path, compare_expected: ModuleType) -> list[str]:
    """Return the marts with expected rows that can be built already."""
    marts = {compare_expected.mart_of(path) for path in expected.glob("*.csv")}
    return sorted(marts - {None, *MARTS_TO_COME})


def test_marts_to_come_are_not_forgotten(project: Project) -> None:
    """Every mart with expected rows is compared, or listed as not built yet."""
    names = {
        path.name.split(".")[0]
        for _, expected in builds()
        for path in expected.glob("*.csv")
        if path.name.startswith(("metrics_", "fct_", "dim_"))
    }
    assert names - project.model_names() == set(MARTS_TO_COME)
