"""A refresh that is killed, or runs out of disk or memory, harms nothing."""

import os
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from refresh_helpers import Refresher, content
from refreshing.folder import FILE_OF_LINK, MARTS

# The long version: KILLS=200.
KILLS = int(os.environ.get("KILLS", "25"))


def test_kills_at_random_points(refresher: Refresher, day: Path) -> None:
    """Readers always see a whole, tested version; the next run ends as if undisturbed.

    Every run begins with what the killed one before it left.
    """
    before = _marts(refresher)
    started = time.monotonic()
    refresher.refresh(day)
    seconds = time.monotonic() - started
    after = _marts(refresher)
    assert after != before
    refresher.restore()
    chance = random.Random(1)  # noqa: S311 - the same points every time
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        left_behind = _kill(
            refresher, day, chance.uniform(0, seconds), bool(number % 2)
        )
        found = _marts(refresher)
        assert found in (before, after)
        _assert_whole(refresher)
        seen["candidate" if left_behind else "no candidate"] += 1
        seen["published" if found == after else "not published"] += 1
        if found == after:
            refresher.restore()
    refresher.refresh(day)
    assert _marts(refresher) == after
    assert not refresher.folder.candidate.exists()
    print(f"{KILLS} kills: {dict(seen)}")


def _marts(refresher: Refresher) -> dict[str, int]:
    """Return a hash per mart, the same in both files."""
    with refresher.live() as warehouse, refresher.live(MARTS) as marts:
        found = content(marts, "marts")
        assert content(warehouse, "marts") == found
    return found


def _assert_whole(refresher: Refresher) -> None:
    """Every kept version opens, and says of itself which one it is."""
    folder = refresher.folder
    assert {folder.linked_version(name) for name in FILE_OF_LINK} <= set(
        folder.version_ids()
    )
    for version in folder.version_ids():
        for path in folder.files(version):
            with duckdb.connect(str(path), read_only=True) as connection:
                said = connection.execute(
                    "select version_id from marts.publication"
                ).fetchall()
            assert said == [(version,)]


def _kill(refresher: Refresher, day: Path, after: float, is_group: bool) -> bool:
    """Start a refresh and kill it, with its dbt or alone; say if it had a candidate."""
    process = subprocess.Popen(
        refresher.command(str(day)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after)
    if is_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    return refresher.folder.candidate.exists()


def test_being_asked_to_stop_clears_up(refresher: Refresher, day: Path) -> None:
    """SIGTERM, as of a service that is stopped: one sentence, and no candidate."""
    before = refresher.state()
    process = subprocess.Popen(
        refresher.command(str(day)),
        stderr=subprocess.PIPE,
        text=True,
    )
    patient_until = time.monotonic() + 60
    while not refresher.folder.candidate.exists() and time.monotonic() < patient_until:
        time.sleep(0.01)
    process.terminate()
    _, error = process.communicate()
    assert (process.returncode, error) == (
        1,
        "refresh.py: interrupted, nothing was published\n",
    )
    assert not refresher.folder.candidate.exists()
    assert refresher.state() == before


@pytest.mark.parametrize(
    "room", [0.5, 1.0, 1.1], ids=["copying", "loading", "building"]
)
def test_a_disk_that_fills_up(refresher: Refresher, day: Path, room: float) -> None:
    """No file may grow beyond `room` times the live one: the sentence says why."""
    before = refresher.state()
    version = refresher.folder.live_version()
    size = refresher.folder.files(str(version))[0].stat().st_size
    limit = int(size * room)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    ending = refresher.run(str(day), limits=limited)
    assert ending.status == 1
    assert "File too large" in ending.error
    assert ending.error.count("\n") == 1
    assert not refresher.folder.candidate.exists()
    assert refresher.state() == before


@pytest.mark.parametrize("limit", ["1MB", "8MB", "24MB"])
def test_too_little_memory(refresher: Refresher, day: Path, limit: str) -> None:
    """Too little to open, to load, to build: the sentence names memory."""
    before = refresher.state()
    sentence = refresher.refused(str(day), "--memory-limit", limit)
    assert "nothing was published" in sentence
    assert any(word in sentence for word in ("Out of Memory", "allocate", "pin block"))
    assert refresher.state() == before


def test_a_disk_that_is_too_full_to_begin(refresher: Refresher, day: Path) -> None:
    """The sentence says what is free and what is needed."""
    before = refresher.state()
    with (day / "revenue_events.csv").open("r+b") as events:
        # A file that claims to be this long takes no room.
        events.truncate(1 << 42)
    sentence = refresher.refused(str(day))
    assert "MB are free, a refresh needs about" in sentence
    assert refresher.state() == before
