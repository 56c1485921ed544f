"""Publishing alone, on small files: readers during publishes, and letting go."""

import multiprocessing
import os
import random
import shutil
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import duckdb
import pytest
from refreshing.candidate import clear_candidate, make_candidate
from refreshing.folder import FILE_OF_LINK, MARTS, WAREHOUSE, PublishFolder
from refreshing.publish import (
    close_candidate,
    publish,
    write_marts,
    write_publication,
)
from refreshing.versions import kept_versions, let_go, new_version_id, roll_back
from refreshing.warehouse_file import opened

LIMIT = "200MB"
# The long version: PUBLISHES=100, at least 10,000 queries.
PUBLISHES = int(os.environ.get("PUBLISHES", "20"))
# The long version: KILLS=200.
KILLS = int(os.environ.get("KILLS", "25"))
QUERIES_PER_PUBLISH = 100


def publish_next(folder: PublishFolder, number: int) -> str:
    """Publish a version in which two marts and the raw rows hold the same number."""
    clear_candidate(folder)
    candidate = make_candidate(folder)
    version_id, published_at = new_version_id(folder.version_ids())
    with opened(candidate, LIMIT) as connection:
        run = connection.execute
        run("create schema if not exists raw")
        run("create schema if not exists marts")
        run(
            "create table if not exists raw.loads (load_id varchar, "
            "finished_at timestamp, status varchar)"
        )
        run("insert into raw.loads values (?, now(), 'loaded')", [str(number)])
        for name in ("left_hand", "right_hand"):
            run(
                f"create or replace table marts.{name} as "
                "select range as row_number, cast(? as integer) as number "
                "from range(1000)",
                [number],
            )
        write_publication(connection, version_id, published_at)
    close_candidate(candidate, LIMIT)
    write_marts(candidate, LIMIT)
    publish(folder, version_id)
    return version_id


@pytest.fixture
def folder(tmp_path: Path) -> PublishFolder:
    """Return an empty publish folder."""
    folder = PublishFolder(tmp_path / "published")
    folder.prepare()
    return folder


READ = """
select
    min(left_hand.number), max(left_hand.number),
    min(right_hand.number), max(right_hand.number),
    (select load_count from marts.publication)
from marts.left_hand inner join marts.right_hand using (row_number)
"""


def read_until_stopped(
    path: Path,
    is_holder: bool,
    stop: "Synchronized[int]",
    queries: "Synchronized[int]",
    faults: "multiprocessing.Queue[str]",
) -> None:
    """Query a published file again and again; a holder keeps its connection."""
    newest = 0
    connection = None
    while not stop.value:
        try:
            if connection is None:
                connection = duckdb.connect(str(path), read_only=True)
            numbers = set(connection.execute(READ).fetchall()[0])
            if len(numbers) != 1 or min(numbers) < newest:
                faults.put(f"{path.name}: {numbers} after {newest}")
                return
            newest = max(numbers)
            if not is_holder:
                connection.close()
                connection = None
        except duckdb.Error as error:
            faults.put(f"{path.name}: {error}")
            return
        with queries.get_lock():
            queries.value += 1


def watch_until_stopped(
    folder: Path, stop: "Synchronized[int]", faults: "multiprocessing.Queue[str]"
) -> None:
    """Follow the links without a pause; there is always a file behind them."""
    paths = [str(folder / name) for name in FILE_OF_LINK]
    while not stop.value:
        for path in paths * 1000:
            try:
                os.stat(path)
            except FileNotFoundError:
                faults.put(f"{path}: nothing there for a moment")
                return


def test_readers_see_whole_versions_in_order(folder: PublishFolder) -> None:
    """No error, no mixture, and never an older version after a newer one."""
    publish_next(folder, 1)
    context = multiprocessing.get_context("spawn")
    stop, queries = context.Value("i", 0), context.Value("i", 0)
    faults: multiprocessing.Queue[str] = context.Queue()
    kinds = [(name, False) for name in FILE_OF_LINK] + [(MARTS, False), (MARTS, True)]
    readers = [
        context.Process(
            target=read_until_stopped,
            args=(folder.path / name, is_holder, stop, queries, faults),
        )
        for name, is_holder in kinds
    ]
    readers.append(
        context.Process(target=watch_until_stopped, args=(folder.path, stop, faults))
    )
    for reader in readers:
        reader.start()
    for number in range(2, PUBLISHES + 2):
        publish_next(folder, number)
        let_go(folder, keep=5, keep_minutes=10)
        while queries.value < QUERIES_PER_PUBLISH * (number - 1):
            if not all(reader.is_alive() for reader in readers):
                break
            time.sleep(0.01)
    stop.value = 1
    for reader in readers:
        reader.join()
    assert faults.empty(), faults.get()
    assert queries.value >= PUBLISHES * QUERIES_PER_PUBLISH
    print(f"{PUBLISHES} publishes, {queries.value} queries, 0 errors")


def publish_until_killed(path: Path, first: int, said: Connection) -> None:
    """Publish versions; say 0 at first, and each number once it is published."""
    folder = PublishFolder(path)
    said.send(0)
    for number in range(first, first + 1000):
        publish_next(folder, number)
        let_go(folder, keep=5, keep_minutes=0)
        said.send(number)


def test_a_kill_anywhere_loses_no_version_that_was_published(
    folder: PublishFolder,
) -> None:
    """The links show whole versions, none older than the last that was said to be."""
    publish_next(folder, 1)
    # A forked process need not import DuckDB before it can be killed.
    context = multiprocessing.get_context("fork")
    chance = random.Random(2)  # noqa: S311 - the same points every time
    published, half_swapped = 1, 0
    for _ in range(KILLS):
        heard, said = context.Pipe(duplex=False)
        # A publication that nobody heard of may be live, and has its load.
        first = _live_number(folder, WAREHOUSE) + 1
        process = context.Process(
            target=publish_until_killed, args=(folder.path, first, said)
        )
        process.start()
        said.close()
        assert heard.poll(30)
        assert heard.recv() == 0
        time.sleep(chance.uniform(0, 0.4))
        process.kill()
        process.join()
        while heard.poll():
            try:
                published = heard.recv()
            except EOFError:
                break
        numbers = [_live_number(folder, name) for name in FILE_OF_LINK]
        assert min(numbers) >= published
        assert max(numbers) <= min(numbers) + 1
        half_swapped += len(set(numbers)) - 1
        folder.point_to(str(folder.live_version()))
        clear_candidate(folder)
    assert published > KILLS / 5
    print(f"{KILLS} kills, {published} versions, {half_swapped} between the links")


def _live_number(folder: PublishFolder, name: str) -> int:
    """Return the number that a link shows, the same in all tables."""
    with duckdb.connect(str(folder.path / name), read_only=True) as connection:
        numbers = set(connection.execute(READ).fetchall()[0])
    assert len(numbers) == 1
    return int(numbers.pop())


def test_a_version_is_gone_back_to_at_once(folder: PublishFolder) -> None:
    """Both links show each of the kept versions, one after the other."""
    versions = [publish_next(folder, number) for number in (1, 2, 3)]
    for number, version in enumerate(versions, start=1):
        roll_back(folder, version)
        for name in FILE_OF_LINK:
            path = str(folder.path / name)
            with duckdb.connect(path, read_only=True) as connection:
                assert connection.execute(READ).fetchall() == [(number,) * 5]


def test_versions_go_by_count_and_age(folder: PublishFolder) -> None:
    """The newest stay, and so does what was live a moment ago."""
    versions = [publish_next(folder, number) for number in range(1, 5)]
    assert let_go(folder, keep=2, keep_minutes=10) == []
    long_ago = time.time() - 3600
    for version in versions:
        os.utime(folder.version(version), (long_ago, long_ago))
    roll_back(folder, versions[0])
    versions.append(publish_next(folder, 5))
    # The first was live until now, the last two are the newest.
    assert let_go(folder, keep=2, keep_minutes=10) == versions[1:3]
    assert folder.version_ids() == [versions[0], *versions[3:]]
    assert let_go(folder, keep=2, keep_minutes=0) == [versions[0]]


def test_the_live_version_stays_however_old(folder: PublishFolder) -> None:
    """After going back, more than the kept number may be newer than the live one."""
    versions = [publish_next(folder, number) for number in range(1, 5)]
    roll_back(folder, versions[0])
    assert let_go(folder, keep=2, keep_minutes=0) == [versions[1]]
    assert [version.is_live for version in kept_versions(folder)] == [
        False,
        False,
        True,
    ]


def test_versions_sort_in_the_order_of_publication(folder: PublishFolder) -> None:
    """Also when the clock was put back in between."""
    later = f"{datetime(2999, 1, 1, tzinfo=UTC):%Y%m%dT%H%M%S.%fZ}-0000"
    folder.version(later).mkdir()
    version_id, published_at = new_version_id(folder.version_ids())
    assert version_id > later
    assert published_at.year == 2999


def test_publishing_needs_no_log_and_leaves_none(folder: PublishFolder) -> None:
    """What was in the candidate's log is in the file; a spill folder stays behind."""
    clear_candidate(folder)
    candidate = make_candidate(folder)
    with opened(candidate, LIMIT) as connection:
        connection.execute("set checkpoint_threshold = '1GB'")
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.loads as "
            "select '1' as load_id, timestamp '2024-01-01' as finished_at, "
            "'loaded' as status"
        )
        version_id, published_at = new_version_id(folder.version_ids())
        write_publication(connection, version_id, published_at)
    (folder.candidate / f"{WAREHOUSE}.tmp").mkdir(exist_ok=True)
    close_candidate(candidate, LIMIT)
    write_marts(candidate, LIMIT)
    publish(folder, version_id)
    names = {path.name for path in folder.version(version_id).iterdir()}
    assert names == set(FILE_OF_LINK.values())
    copied = folder.path.parent / "alone.duckdb"
    shutil.copy(folder.path / WAREHOUSE, copied)
    with duckdb.connect(str(copied), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.loads").fetchall() == [(1,)]
