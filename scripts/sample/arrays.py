"""Array types and small vectorised draws that every part of the sample shares.

All values are 64-bit integers: instants are seconds since 1970 UTC, money is cents,
words are positions in a tuple of `parameters.py`, and `MISSING` is null.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Columns = dict[str, Integers]

MISSING = -1


def filled(size: int, value: int = MISSING) -> Integers:
    """Return `size` times `value`."""
    return np.full(size, value, dtype=np.int64)


def draw_words(
    random: np.random.Generator, shares: Sequence[float], size: int
) -> Integers:
    """Return `size` positions 0.. drawn with these shares (they sum to 1)."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    edges[-1] = 1.0
    return np.searchsorted(edges, random.random(size), side="right").astype(np.int64)


def happens(random: np.random.Generator, share: float | Floats, size: int) -> Flags:
    """Return whether each of `size` things happens, with this chance (or one each)."""
    return np.asarray(random.random(size) < share, dtype=np.bool_)


def draw_between(
    random: np.random.Generator, low: Integers, high: Integers
) -> Integers:
    """Return one whole value in each range `[low, high)`; `low` if it is empty."""
    return low + (random.random(len(low)) * (high - low)).astype(np.int64)


def draw_seconds(random: np.random.Generator, mean_days: float, size: int) -> Integers:
    """Return `size` exponential waiting times with this mean, in seconds, from 1."""
    return 1 + (random.exponential(mean_days * 86_400, size)).astype(np.int64)


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the columns of all parts one below the other.

    Args:
        parts: At least one; all with the same names.

    """
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def taken(columns: Columns, rows: Integers | Flags) -> Columns:
    """Return the named rows (positions, or a flag each) of every column."""
    return {name: values[rows] for name, values in columns.items()}
