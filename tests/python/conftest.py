"""What tests share: the parsed project, warehouses of their own, and a cell count."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engines.postgres_server import PostgresServer
from project_build import Project, Warehouse
from refresh_helpers import Refresher, small_project, write_source

CELLS = pytest.StashKey[list[tuple[str, int, int]]]()
RecordCells = Callable[[str, int, int], None]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project, parsed at its first use."""
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def warehouse(project: Project, tmp_path: Path) -> Warehouse:
    """Return an empty warehouse."""
    return Warehouse(project, tmp_path / "build")


@pytest.fixture(scope="module")
def new_warehouse(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Warehouse]:
    """Return a function that makes empty warehouses for a whole module."""
    return lambda: Warehouse(project, tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="session")
def first_published(tmp_path_factory: pytest.TempPathFactory) -> Refresher:
    """Return a publish folder with one version, and a copy of it beside."""
    folder = tmp_path_factory.mktemp("refresh")
    refresher = Refresher(small_project(folder / "project"), folder / "published")
    refresher.refresh(write_source(folder / "source"))
    shutil.copytree(folder / "published", folder / "copy", symlinks=True)
    return refresher


@pytest.fixture
def refresher(first_published: Refresher) -> Refresher:
    """Return the publish folder with one version, as it was at first."""
    first_published.restore()
    return first_published


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Return the source of a small refresh as it is a day later."""
    return write_source(tmp_path / "source", later=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server at its first use; it is stopped after the last test."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def record_cells(request: pytest.FixtureRequest) -> RecordCells:
    """Return a function that notes what was compared: where, cells, differing."""
    noted = request.config.stash.setdefault(CELLS, [])
    return lambda *figures: noted.append(figures)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """Print the cells that were compared, below the results."""
    yield
    noted = config.stash.get(CELLS, [])
    if not noted:
        return
    terminalreporter.section("cells compared")
    for where, cells, differing in noted:
        line = f"{where:<60}{cells:>10,}{differing:>10,} differing"
        terminalreporter.write_line(line)
    total = sum(cells for _, cells, _ in noted)
    terminalreporter.write_line(f"{'all':<60}{total:>10,}")
