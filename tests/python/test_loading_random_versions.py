"""Random versions of many keys in several loads, decided once more in plain Python."""

import random
from collections import Counter
from dataclasses import dataclass

from loading_helpers import (
    Loader,
    make_loader,  # noqa: F401
    revenue,
    with_event,
)

KEYS = 400
LOADS = 5
# Effective recording time of a row without one: later than every given time.
LOAD_TIME = 1_000


@dataclass(frozen=True)
class Version:
    """One row of a key: its content, the given time (a day, or None) and the load."""

    content: int
    recorded: int | None
    load: int

    @property
    def effective(self) -> int:
        """Return the time that decides which version is newer."""
        return LOAD_TIME + self.load if self.recorded is None else self.recorded

    def repeats(self, other: "Version") -> bool:
        """Tell whether the two are the same, a time that only one has aside."""
        times = {self.recorded, other.recorded} - {None}
        return self.content == other.content and len(times) < 2


def decide_event(kept: list[Version], row: Version) -> str:
    """Decide one event after the versions kept so far, those of this load included."""
    if not kept:
        return "loaded"
    if any(row.repeats(version) for version in kept):
        return "duplicates"
    is_taken = any(version.effective == row.recorded for version in kept)
    return "quarantined" if row.recorded is None or is_taken else "loaded"


def decide_state(kept: list[Version], claims: list[Version], row: Version) -> str:
    """Decide one row of a state table.

    Args:
        kept: Versions of this and earlier loads.
        claims: Rows of this load that the table would take; the row is added.
        row: The row.

    """
    if any(row.repeats(claim) for claim in claims):
        return "duplicates"
    times = [claim.recorded for claim in claims]
    if claims and (row.recorded is None or None in times or row.recorded in times):
        return "quarantined"
    claims.append(row)
    stored = [version for version in kept if version.load < row.load]
    if not stored:
        return "loaded"
    current = max(stored, key=lambda version: (version.effective, version.load))
    is_past = row.recorded is not None and row.recorded < current.effective
    was_stored = any(
        (version.content, version.recorded) == (row.content, row.recorded)
        for version in stored
    )
    is_repeat = row.repeats(current) or (is_past and was_stored)
    return "duplicates" if is_repeat else "loaded"


def random_load(rng: random.Random, load: int) -> list[tuple[int, Version]]:
    """Return keys and versions of one load in file order."""
    rows = []
    for key in range(KEYS):
        for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
            recorded = rng.choice([None, None, 1, 2, 3])
            rows.append((key, Version(rng.randrange(3), recorded, load)))
    rng.shuffle(rows)
    return rows


def cells(key: int, version: Version) -> tuple[str, int, str]:
    """Return key, content and recording time as a file has them."""
    day = "" if version.recorded is None else f"2024-01-0{version.recorded}"
    return f"k{key}", version.content, day


def newest(kept: dict[int, list[Version]]) -> dict[str, int]:
    """Return the content that models read, by key."""
    read = {}
    for key, versions in kept.items():
        if versions:
            last = max(versions, key=lambda version: (version.effective, version.load))
            read[f"k{key}"] = last.content
    return read


def test_events_are_decided_like_one_after_the_other(loader: Loader) -> None:
    """The set-based rules agree with rows taken one by one, in every load."""
    rng = random.Random(1)  # noqa: S311
    kept: dict[int, list[Version]] = {key: [] for key in range(KEYS)}
    header = "event_id,amount,recorded_at,event_type,occurred_at"
    for load in range(LOADS):
        expected: Counter[str] = Counter()
        lines = []
        for key, version in random_load(rng, load):
            outcome = decide_event(kept[key], version)
            expected[outcome] += 1
            if outcome == "loaded":
                kept[key].append(version)
            name, content, day = cells(key, version)
            lines.append(f"{name},{content},{day},payment,2024-01-01")
        counts = loader.load(revenue(*lines, header=header)).summary["tables"]
        found = counts["revenue_events"]
        assert {name: found[name] for name in expected} == dict(expected), load
    rows = loader.query(
        "select event_id, arg_max(amount, coalesce(recorded_at, loaded_at))::int "
        "from raw.revenue_events group by all"
    )
    assert dict(rows) == newest(kept)
    # Staging looks for versions only where loading has named an id.
    several = loader.column(
        "select event_id from raw.revenue_events group by all having count(*) > 1"
    )
    named = loader.column(
        "select distinct event_id from raw.corrected_ids "
        "where table_name = 'revenue_events'"
    )
    assert sorted(named) == sorted(several)
    assert several


def test_state_is_decided_like_one_after_the_other(loader: Loader) -> None:
    """The same for a table whose rows replace each other from load to load."""
    rng = random.Random(2)  # noqa: S311
    kept: dict[int, list[Version]] = {key: [] for key in range(KEYS)}
    for load in range(LOADS):
        expected: Counter[str] = Counter()
        claims: dict[int, list[Version]] = {key: [] for key in range(KEYS)}
        lines = ["customer_id,country,recorded_at"]
        for key, version in random_load(rng, load):
            outcome = decide_state(kept[key], claims[key], version)
            expected[outcome] += 1
            if outcome == "loaded":
                kept[key].append(version)
            lines.append(",".join(str(cell) for cell in cells(key, version)))
        files = with_event({"customers.csv": "\n".join(lines)})
        found = loader.load(files).summary["tables"]["customers"]
        assert {name: found[name] for name in expected} == dict(expected), load
    rows = loader.query(
        "select customer_id, country::int from raw.customers "
        "qualify row_number() over (partition by customer_id order by "
        "coalesce(recorded_at, loaded_at) desc, load_id desc) = 1"
    )
    assert dict(rows) == newest(kept)
