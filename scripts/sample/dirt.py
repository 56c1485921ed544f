"""The dirt of real exports: repeated rows, corrected rows, and a few unusable ones."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sample import parameters as p
from sample.arrays import Columns, Integers, filled, happens, joined, taken
from sample.calendar_arithmetic import DAY


@dataclass
class Dirt:
    """Rows of one table that were added to the clean ones."""

    rows: int = 0
    duplicate_rows: int = 0
    corrected_rows: int = 0
    bad_rows: dict[str, int] = field(default_factory=dict)


def soil(
    random: np.random.Generator,
    rows: Columns,
    bad_kinds: tuple[str, ...],
    spoil: Callable[[Columns], Columns] | None,
    counts: Dirt,
) -> Columns:
    """Return the rows with dirt below them, and count it.

    Args:
        random: Source of chance.
        rows: Clean rows with an `id` each and, for corrections, `recorded_at`.
        bad_kinds: What can be wrong with a bad row.
        spoil: Turns rows into an earlier, wrong version of them; None: a table of
            state, which has no corrections within one load.
        counts: Added to.

    Returns:
        The columns and `bad` (0, or the position in `bad_kinds` from 1). A corrected
        row is the true one, `recorded_at` days later, below its wrong version.

    """
    size = len(next(iter(rows.values())))
    repeats, corrections, bads = (
        round(size * share)
        for share in (p.DUPLICATE_SHARE, p.CORRECTION_SHARE, p.BAD_SHARE)
    )
    corrections = 0 if spoil is None else corrections
    bads = bads if bad_kinds else 0
    chosen = random.choice(size, repeats + corrections + bads, replace=False)
    repeated, corrected, copied = np.split(chosen, [repeats, repeats + corrections])
    rows = rows | {"bad": filled(size, 0)}
    right, duplicates = taken(rows, corrected), taken(rows, repeated)
    unusable = taken(rows, copied)
    if spoil is not None:
        for name, values in spoil(right).items():
            rows[name] = rows[name].copy()
            rows[name][corrected] = values
        wait = random.integers(DAY, 6 * DAY, corrections)
        right["recorded_at"] = right["recorded_at"] + wait
    if "id" in rows:
        unusable["id"] = rows["id"].max(initial=0) + np.arange(1, bads + 1)
    unusable["bad"] = 1 + np.arange(bads) % max(len(bad_kinds), 1)
    counts.rows += size + repeats + corrections + bads
    counts.duplicate_rows += repeats
    counts.corrected_rows += corrections
    for position, kind in enumerate(bad_kinds, start=1):
        bad = int((unusable["bad"] == position).sum())
        counts.bad_rows[kind] = counts.bad_rows.get(kind, 0) + bad
    return joined([rows, right, duplicates, unusable])


def draw_recorded_at(random: np.random.Generator, at: Integers) -> Integers:
    """Return when each event was recorded: minutes later, 2 % of them days later."""
    late = happens(random, 0.02, len(at))
    return (
        at
        + random.integers(1, 900, len(at))
        + late * random.integers(0, 3 * DAY, len(at))
    )
